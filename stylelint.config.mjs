// What `make check` asks of the stylesheets of the pages: Stylelint's standard rules, in the house's compact writing.
export default {
  extends: "stylelint-config-standard",
  rules: {
    // A rule is one line, and lines of one subject stand together.
    "at-rule-empty-line-before": null,
    "custom-property-empty-line-before": null,
    "declaration-block-single-line-max-declarations": null,
    "rule-empty-line-before": null,
    "function-url-quotes": "never",
    // Older browsers of a control room know min-width and max-width only.
    "media-feature-range-notation": "prefix",
    // A part of a page stands where its subject is; what is for narrow screens stands last.
    "no-descending-specificity": null,
    // Safari knows it by this name only.
    "property-no-vendor-prefix": [true, { ignoreProperties: ["-webkit-text-size-adjust"] }],
  },
};
