/** Texts that something on the way may stumble over. */
export const ODD_TEXTS: Readonly<Record<string, string>> = {
  unicode: 'Zürich 東京 🚲 e\u0301',
  braces: 'a{b}c}{d{{}}',
  'control characters': 'line\nnext\r\n\ttab\u0000nul\u007f',
  'line separators': 'a\u2028b\u2029c',
  'lone quotes': `say "it's \\" \\`,
  'what looks like a number': '9007199254740993',
  'what looks like JSON': '{"error_code":0,"value":null}',
  'white space around': '  padded \n',
  'a colon and a percent sign': 'a:b%20c*?[x]',
  '64 KiB': 'x'.repeat(65_536),
  '64 KiB of three-byte characters': '京'.repeat(21_845),
};
