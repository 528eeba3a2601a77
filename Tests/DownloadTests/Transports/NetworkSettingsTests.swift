import Testing

@testable import Download

@Suite("settings from variables")
struct NetworkSettingsTests {
  @Test("each variable sets its value, lower case before upper case, empty as none")
  func variables() throws {
    let variables = [
      "http_proxy": "http://a", "HTTP_PROXY": "http://b", "ALL_PROXY": "http://c", "no_proxy": "",
      "NO_PROXY": "localhost", "SSL_CERT_FILE": "/ca.pem", "SSL_CERT_DIR": "",
    ]

    let settings = NetworkSettings { variables[$0] }

    #expect(settings.proxy(for: try DownloadURL("http://host/a")) == "http://a")
    #expect(settings.proxy(for: try DownloadURL("https://host/a")) == "http://c")
    #expect(settings.noProxy == "localhost")
    #expect(settings.certificateFile == "/ca.pem")
    #expect(settings.certificateDirectory == nil)
    #expect(NetworkSettings { _ in nil } == NetworkSettings())
  }
}
