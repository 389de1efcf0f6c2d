/** Names as an attacker would choose them. */
export const hostileNames = [
  'a"; globalThis.canary = 1; "',
  "a'; globalThis.canary = 1; '",
  "`${globalThis.canary = 1}`",
  "*/ globalThis.canary = 1; /*",
  "// x\nglobalThis.canary = 1",
  "x\u2028globalThis.canary = 1\u2029",
  "x\r\nglobalThis.canary = 1",
  "__proto__",
  "constructor",
  "</script><script>globalThis.canary = 1</script>",
  "\\",
  "\\u0022; globalThis.canary = 1; //",
  "\u202Eesrever",
  "\ud800",
  "",
  "\0",
];
