// What `make check` asks of the scripts of the pages: ESLint's recommended rules; the router of the boards has them too.
import js from "@eslint/js";
import globals from "globals";

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["dashboard/**/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ["hardware/**/*.mjs"],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["api/reference/static/*.js"],
    languageOptions: { sourceType: "script", globals: { ...globals.browser, SwaggerUIBundle: "readonly" } },
  },
];
