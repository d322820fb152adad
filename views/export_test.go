package views

// Squeeze is how blank pages are compressed.
var Squeeze = squeeze
