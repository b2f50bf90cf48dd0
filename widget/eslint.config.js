import js from "@eslint/js";

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    rules: {
      "no-undef": "off", // tsc knows which names exist, and in which environment
      "arrow-body-style": "error",
      "eqeqeq": "error",
      "no-console": "error", // what a visitor wrote must not reach a console that others can open
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-param-reassign": "error",
      "no-shadow": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "max-lines-per-function": ["error", { max: 60, skipComments: true }],
    },
  },
  // Classic scripts, in the host page
  { files: ["**/{embed,panel,neutral}.js"], languageOptions: { sourceType: "script" } },
  { files: ["**/test/**"], rules: { "max-lines-per-function": "off" } },
];
