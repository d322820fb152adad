package views

import (
	"fmt"
	"time"
)

var weekdays = map[string][7]string{
	"es": {"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
	"fr": {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
}

var months = map[string][12]string{
	"es": {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
}

// MessageDay says a day, in its own location, in the language of a message.
func MessageDay(t time.Time, language string) string {
	language = WordingLanguage(language)
	if language == "en" {
		return t.Format("Monday 2 January 2006")
	}
	of := " "
	if language == "es" {
		of = " de "
	}
	return fmt.Sprintf("%s %d%s%s%s%d", weekdays[language][t.Weekday()], t.Day(), of, months[language][t.Month()-1], of, t.Year())
}
