// Package forms owns templates: what a practice asks, how answers are read,
// checked, scored and shown, and the built-in library. It turns YAML into a
// [Template], what a browser sent into a [Response], and Markdown into blocks.
//
// It is pure: no I/O, no clock, no HTTP, no SQL. A Template never changes
// after [Parse], so any number of readers may share one.
package forms
