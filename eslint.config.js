import js from "@eslint/js";
import globals from "globals";

const WEB = "pocket_studio/web";
/** Folders of the page: each imports only from those before it, and from itself. */
const FOLDERS = ["core", "sound", "sheet", "takes", "codes", "song", "files", "listening"];

const layers = FOLDERS.map((folder, index) => ({
  files: [`${WEB}/${folder}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      { patterns: ["../*.js", ...FOLDERS.slice(index + 1).map((other) => `../${other}/*`)] },
    ],
  },
}));

export default [
  { ignores: ["build/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-shadow": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { ignores: [".venv", "**/*.d.ts"] },
  { files: [`${WEB}/**/*.js`], languageOptions: { globals: globals.browser } },
  { files: [`${WEB}/app/**`], languageOptions: { globals: globals.serviceworker } },
  { files: ["tests/web/**"], languageOptions: { globals: globals.node } },
  {
    files: ["tests/editor/**"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
  ...layers,
];
