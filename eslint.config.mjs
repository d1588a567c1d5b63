// What `make check` asks of the scripts of the pages: ESLint's recommended rules.
import js from "@eslint/js";
import globals from "globals";

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["dashboard/static/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ["api/reference/static/*.js"],
    languageOptions: { sourceType: "script", globals: { ...globals.browser, SwaggerUIBundle: "readonly" } },
  },
];
