/// How the page looks.
///
/// Letters have a contrast of at least 4.5 to 1, and lines of at least 3 to 1, to what is behind them, light and dark;
/// what colours tell, dashes and words tell too.
/// Source: Web Content Accessibility Guidelines 2.2, 1.4.1, 1.4.3 and 1.4.11.
enum PageStyle {
  static let text = """
    :root { color-scheme: light dark; --ground: #fff; --panel: #f6f8fa; --ink: #1b1f24; --quiet: #57606a;
      --rule: #d0d7de; --one: #0b5cad; --two: #a04a00; --three: #17702f; --mark: #6e7781; --warn: #7a4d00;
      --warn-ground: #fff4d6 }
    @media (prefers-color-scheme: dark) { :root { --ground: #0f1318; --panel: #171c23; --ink: #e6edf3;
      --quiet: #9da9b5; --rule: #343c46; --one: #6cb0ff; --two: #ffa657; --three: #56d364; --mark: #8b949e;
      --warn: #f2cc60; --warn-ground: #2b2412 } }
    * { box-sizing: border-box }
    html { -webkit-text-size-adjust: 100% }
    body { margin: 0; background: var(--ground); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
      font-variant-numeric: tabular-nums }
    main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 3rem }
    h1 { font-size: clamp(1.5rem, 1.1rem + 2vw, 2.25rem); line-height: 1.2; margin: 0; overflow-wrap: anywhere;
      text-wrap: balance }
    h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 1rem }
    h3 { font-size: 1rem; margin: 0 0 .25rem }
    p, li, figcaption, dd { overflow-wrap: anywhere }
    p { margin: 0 0 .75rem; max-width: 46rem }
    section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--rule) }
    .kind { color: var(--quiet); font-size: .875rem; margin-bottom: .5rem }
    .lead { font-size: 1.125rem; margin: .75rem 0 1.5rem }
    .note, figcaption { color: var(--quiet); font-size: .875rem }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0 }
    .figures div { background: var(--panel); border: 1px solid var(--rule); border-radius: .5rem;
      padding: .75rem 1rem }
    .figures dt { color: var(--quiet); font-size: .875rem }
    .figures dd { margin: 0; font-size: 1.375rem; font-weight: 600; line-height: 1.3 }
    .warnings { background: var(--warn-ground); color: var(--warn); border-radius: .5rem; margin: 1rem 0 0;
      padding: .75rem 1rem .75rem 2rem }
    .rates { list-style: none; margin: 0; padding: 0 }
    .rates li, .rate-axis { display: grid; grid-template-columns: minmax(5rem, 12rem) 1fr 9.5rem; gap: .75rem;
      align-items: center }
    .rates li { padding: .25rem 0 }
    .rates .label { overflow-wrap: anywhere }
    .rates .value { text-align: right; white-space: nowrap }
    .track { position: relative; display: block; height: 1.5rem; background: var(--panel); border-radius: 3px }
    .track i { position: absolute; display: block }
    .track .bar { left: 0; top: 0; bottom: 0; background: var(--one); opacity: .55; border-radius: 3px }
    .track .spread { top: 50%; height: 2px; margin-top: -1px; background: var(--ink) }
    .track .run { top: 50%; width: 7px; height: 7px; margin: -3.5px 0 0 -3.5px; border-radius: 50%;
      background: var(--ground); border: 2px solid var(--ink) }
    .rate-axis { position: relative; display: block; height: 1.5rem; margin: .25rem 10.25rem .5rem 12.75rem;
      font-size: .8125rem; color: var(--quiet) }
    .rate-axis span { position: absolute; transform: translateX(-50%); white-space: nowrap }
    .rate-axis span:first-child { transform: none }
    .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 2rem }
    .plot { margin: 0; min-width: 0 }
    .area { display: grid; grid-template-columns: 3.5rem 1fr; grid-template-rows: 15rem 1.5rem }
    .area svg { grid-column: 2; grid-row: 1; display: block; width: 100%; height: 100%; overflow: visible;
      border-left: 1px solid var(--mark); border-bottom: 1px solid var(--mark) }
    .axis-y { grid-column: 1; grid-row: 1; position: relative; font-size: .8125rem; color: var(--quiet) }
    .axis-y span { position: absolute; right: .5rem; transform: translateY(50%); white-space: nowrap }
    .axis-x { grid-column: 2; grid-row: 2; position: relative; font-size: .8125rem; color: var(--quiet) }
    .axis-x span { position: absolute; top: .25rem; transform: translateX(-50%); white-space: nowrap }
    .axis-x span:last-child { transform: translateX(-85%) }
    .name-y, .name-x { font-size: .8125rem; color: var(--quiet) }
    .name-y { margin-bottom: .5rem }
    .name-x { text-align: right; margin: .25rem 0 .5rem }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .5rem; padding: 0;
      font-size: .875rem }
    .key { display: inline-block; width: 1.5rem; margin-right: .4rem; vertical-align: middle;
      border-top: 3px solid var(--one) }
    .key.s2 { border-top: 3px dashed var(--two) }
    .key.s3 { border-top: 3px dotted var(--three) }
    svg path { fill: none; vector-effect: non-scaling-stroke }
    svg .grid { stroke: var(--rule); stroke-width: 1 }
    svg .line { stroke: var(--one); stroke-width: 2; stroke-linejoin: round }
    svg .line.s2 { stroke: var(--two); stroke-dasharray: 7 3 }
    svg .line.s3 { stroke: var(--three); stroke-dasharray: 2 3 }
    svg .bar { fill: var(--one) }
    svg .mark { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 4 }
    svg .dots { stroke: var(--one); stroke-width: 4; stroke-linecap: round; opacity: .75 }
    .sheet { display: block; max-width: 100%; height: auto; border: 1px solid var(--rule); border-radius: .5rem;
      background: #fff; margin-bottom: .75rem }
    .table { overflow-x: auto; margin-bottom: 1rem }
    table { border-collapse: collapse; font-size: .9375rem }
    th, td { padding: .375rem .75rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule) }
    th { color: var(--quiet); font-weight: 600 }
    th:first-child, td:first-child { text-align: left; padding-left: 0 }
    .settings { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 0 0 1rem }
    .settings dt { color: var(--quiet) }
    .settings dd { margin: 0; overflow-wrap: anywhere }
    pre { background: var(--panel); border: 1px solid var(--rule); border-radius: .5rem; padding: .75rem 1rem;
      margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9375rem }
    @media (max-width: 40rem) {
      main { padding: 1.25rem 1rem 2rem }
      .rates li { grid-template-columns: 1fr auto; gap: 0 .75rem; padding: .5rem 0 }
      .rates .track { grid-column: 1 / -1; grid-row: 2 }
      .rate-axis { margin: .25rem 0 .5rem }
      .rate-axis span:nth-child(even) { display: none }
      .rate-axis span:last-child { transform: translateX(-100%) }
      .figures { grid-template-columns: 1fr 1fr }
      .figures dd { font-size: 1.125rem }
      .settings { grid-template-columns: 1fr; gap: 0 }
      .settings dd { margin-bottom: .5rem }
    }
    @media print {
      :root { color-scheme: light; --ground: #fff; --panel: #f6f8fa; --ink: #000; --quiet: #444; --rule: #bbb;
        --one: #0b5cad; --two: #a04a00; --three: #17702f; --mark: #666; --warn: #000; --warn-ground: #eee }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
      main { max-width: none; padding: 0 }
      body { font-size: 10pt }
      section { break-inside: avoid; margin-top: 1.5rem }
      .figures dd { font-size: 12pt }
      figure, .rates li, .figures, tr, pre { break-inside: avoid }
      h2, h3 { break-after: avoid }
      .area { grid-template-rows: 11rem 1.5rem }
      .table { overflow: visible }
    }
    """
}
