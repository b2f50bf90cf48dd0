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
  // Classic scripts, in the host page and for browsers that know no modules
  { files: ["**/{embed,panel,neutral,plain}.js"], languageOptions: { sourceType: "script" } },
  { files: ["**/plain.js"], rules: { "no-var": "off", "object-shorthand": "off" } },
  { files: ["**/test/**"], rules: { "max-lines-per-function": "off" } },
];
