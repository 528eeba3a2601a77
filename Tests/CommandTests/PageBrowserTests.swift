import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands

/// The page of `bench --html` in a real browser, without a network; skipped where there is none.
@Suite("Page in a browser", .timeLimit(.minutes(3)), .enabled(if: Browser.isThere))
struct PageBrowserTests {
  private let scratch = ScratchDirectory("browser")

  @Test(
    "is as wide as a phone or a screen, light and dark, and says nothing on the console",
    arguments: [false, true])
  func layout(isDark: Bool) throws {
    scratch.write(Array(PageDocument(PageTests.content).html.utf8), to: "page.html")
    scratch.write(Array(Self.frames.utf8), to: "frames.html")

    let (document, log) = try Browser.load(
      scratch.path.appending("frames.html"), isDark: isDark, in: scratch.path)

    let findings = try document.matches(of: /<p>(\{.*?\})<\/p>/).map { try JSONValue(parsing: String($0.1)) }
    #expect(Set(findings.compactMap { $0["width"]?.number }) == [400, 1400], "\(document.suffix(2000))")
    for object in findings {
      let width = object["width"]?.number ?? 0
      #expect(object["overflow"]?.number == 0, "wider than \(width)")
      #expect(object["smallest"]?.number ?? 0 >= 13, "letters too small at \(width)")
      #expect(object["figures"]?.number == 6)
      #expect(object["flat"]?.number == 0, "a figure without room at \(width)")
      #expect(object["dark"] == .bool(isDark))
      #expect(object["contrast"]?.number ?? 0 >= 4.5)
    }
    #expect(log == [], "messages of the console")
  }

  /// Looks at the page in frames of two widths, and writes down what it finds.
  private static let frames = """
    <!DOCTYPE html><title>frames</title><body><script>
    function luminance(text) {
      const parts = text.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }
    function ground(element, view) {
      while (element) {
        const colour = view.getComputedStyle(element).backgroundColor;
        if (!/, 0\\)$/.test(colour)) return colour;
        element = element.parentElement;
      }
      return 'rgb(255, 255, 255)';
    }
    for (const width of [400, 1400]) {
      const frame = document.createElement('iframe');
      frame.style = `width: ${width}px; height: 3000px; border: 0`;
      frame.onload = () => {
        const page = frame.contentDocument, view = frame.contentWindow;
        const letters = [...page.body.querySelectorAll('*')].filter(element =>
          [...element.childNodes].some(node => node.nodeType == 3 && node.data.trim()));
        const contrast = letters.map(element => {
          const one = luminance(view.getComputedStyle(element).color), other = luminance(ground(element, view));
          return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        });
        const figures = [...page.querySelectorAll('svg')].map(figure => figure.getBoundingClientRect());
        const line = document.createElement('p');
        line.textContent = JSON.stringify({
          width: page.documentElement.clientWidth,
          overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
          smallest: Math.min(...letters.map(element => parseFloat(view.getComputedStyle(element).fontSize))),
          figures: figures.length,
          flat: figures.filter(place => place.width < 200 || place.height < 100).length,
          dark: view.matchMedia('(prefers-color-scheme: dark)').matches,
          contrast: Math.min(...contrast)
        });
        document.body.append(line);
      };
      frame.src = 'page.html';
      document.body.append(frame);
    }
    </script>
    """
}

/// A browser without a window.
enum Browser {
  private static let name = ["chromium", "chromium-browser", "google-chrome"].first {
    // What is only a hint where to get one has no version.
    system("\($0) --version >/dev/null 2>&1") == 0
  }

  static var isThere: Bool { name != nil }

  /// Opens a file without any network, and waits for what its scripts do.
  ///
  /// - Returns: The document afterwards, and what was said on the console.
  static func load(_ path: FilePath, isDark: Bool, in directory: FilePath) throws -> (
    document: String, log: [String]
  ) {
    let arguments = [
      name!, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
      "--user-data-dir=profile", "--enable-logging=stderr",
      "--allow-file-access-from-files", "--host-resolver-rules='MAP * ~NOTFOUND'",
      "--virtual-time-budget=5000",
      isDark ? "--force-dark-mode" : "", "--dump-dom", "'file://\(path)'",
    ]
    let result = Tool.shell(arguments.joined(separator: " "), in: directory).run(limit: .seconds(120))
    try #require(result.status == .exited(0), "\(result.errorText.suffix(2000))")
    let log = result.errorText.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init)
    return (result.outputText, log)
  }
}
