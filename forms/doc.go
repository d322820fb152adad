// Package forms owns templates: what a practice asks, how answers are read,
// checked, scored and shown, and the built-in library. It turns YAML into a
// [Template], what a browser sent into a [Response], and Markdown into blocks.
//
// It is pure: no I/O, no clock, no HTTP, no SQL. A Template never changes
// after [Parse], so any number of readers may share one.
//
// # A template in YAML
//
// Keys of a form (those with * are needed):
//
//	form*      its name: lower-case letters, digits, hyphens
//	version*   three numbers in quotes: "1.0.0"
//	title*     plain text
//	kind*      intake, consent, acknowledgement, notice, measure
//	items*     a list of items
//	status     draft, active (the default), retired
//	language   en (the default), en-AU …
//	countries  [AU, NZ]; EU stands for the EU and the EEA; none for everywhere
//	who        [client, guardian, representative]
//	minutes    1 to 240
//	sign       {role: consent, author or acknowledge, statement: text,
//	           witness: true where somebody must see it signed}
//	reviewed   "2026-11-22"
//	citations, clauses  lists of texts
//	translations        see below
//
// Every item has an id, [A-Za-z0-9._-]{1,64}, unique and not beginning with an
// underscore, and a type, which
// field:, control: and repeats: refine into its [Kind]:
//
//	note                                     text to read
//	group     control: page                  a page; at the root, all or none
//	          repeats: true                  rows; min_times, max_times (20)
//	          scale: [options]               rows are picks sharing the options
//	          field: name, address, insurance  filled with the usual items
//	          field: question                a question, and what is asked under it
//	          control: gtable, grid, table   hints for drawing
//	text      field: email, phone, initials
//	long, number, integer, datetime, time, url
//	measure   unit: kg, or units: [kg, {code: "[lb_av]", text: lb}]
//	yesno     field: acknowledge             a box to tick
//	date      field: dob
//	pick      repeats: true                  any number of options
//	          control: drop-down, radio-button, check-box
//	          field: sex, consent            options agree and decline
//	pick_or_type  field: gender, pronouns    an option or own words
//	file      control: photo                 opens the camera of a phone
//	          field: signature               a typed name, and a drawing
//	integer   field: score                   worked out, never asked
//
// Keys of any item: ask, hint, help, prefix, clause (plain text), md
// (Markdown, no HTML), verbatim: true (prescribed words), countries, show_if
// with show_when: all or any. Of
// questions: required, read_only, say {missing, impossible, rule},
// prefill (first_name, full_name, email, phone, dob), initial (the answer it
// begins with; nothing that is agreed to or signed has one), autocomplete, codes
// [{system, code, display}], definition. By type:
//
//	options      texts, or {code, text, system, score, exclusive: true}
//	other_label  of pick_or_type
//	min, max     a number; or a date, today, today-18y, today+30d, today-6m
//	min_len, max_len, pattern (RE2, matches the whole answer)
//	precision    month or year: a date without its day, or without month and day
//	decimals, unit, units
//	signer       of a signature: client (the default), guardian, who adds
//	             relationship and authority, or witness
//	accept       of files: image/jpeg, image/png, image/webp, application/pdf (all)
//	max_bytes    of one file (15000000); min_times, max_times (1) count files
//	flag         "=yes", "=code", ">0" (number, or score of the option): tells staff
//	alert        crisis: while the flag holds, the client is shown whom to call
//	score        {sum: id or [ids], need: all or a number, bands: [[0, low], [5, high]]}
//	hidden       of a score: true (the default) keeps it from the client;
//	             of a question: nobody is asked
//	valueset     URL of options that are kept elsewhere: a draft may, what is sent may not
//	fhir         JSON in quotes: what a FHIR Questionnaire said that has no key here
//
// A condition is {q: id, OP: value} with one of "=", "!=", ">", "<", ">=",
// "<=" (in quotes) and exists; it asks about an earlier question. As in FHIR,
// "!=" also holds when nothing is answered, and with several answers "=" means
// any of them. In a repeating group it looks in the same row first.
//
// Other languages stand behind the items, and are whole:
//
//	translations:
//	  es:
//	    title: Cliente nuevo
//	    statement: …              unless the form leaves it to us
//	    items:
//	      about: Sobre usted      one text is the item's ask:
//	      about.sex: {ask: …, hint: …, options: {female: Mujer, male: Hombre}}
//
// An item's texts are ask, md, hint, help, other_label, unit, units, bands, say
// and options, by code. What Parse fills in, such as "Date of birth", it also
// translates. [Template.In] returns the form in a language; pages, problems,
// answers and the PDF then speak it.
//
// Texts may hold {practice} {phone} {email} {address} {website} {country}
// {storage_country} {operator} {privacy_contact} {effective_date}, which
// [Template.Resolve] fills in.
package forms
