package forms

// A Helpline is a service that somebody in a crisis can reach at any hour.
type Helpline struct {
	Name   string
	Call   string // number as people dial it there
	Text   string // number for text messages, "" if there is none
	Source string // the service itself, where the number can be checked
}

// Help is whom to call at once in one country.
type Help struct {
	Emergency string // number of the emergency service; "" where it is not known here
	Lines     []Helpline
}

// CrisisHelp returns whom somebody in the country, ISO 3166-1 alpha-2, can
// call. Where no helpline is known it holds the emergency number alone, and
// elsewhere nothing: then the page says "your local emergency number".
func CrisisHelp(country string) Help {
	h, ok := crisisHelp[country]
	if !ok && includes([]string{EU}, country) {
		h.Emergency = "112" // the single European emergency number
	}
	return h
}

var samaritans = Helpline{"Samaritans", "116 123", "", "https://www.samaritans.org/how-we-can-help/contact-samaritan/"}

// Only lines that answer at every hour of every day, and for adults. Numbers and
// hours were read again, in November 2026, in what others say of them too:
//
//	CA  CMHA Saskatoon, "Bilingual support, available 24/7/365 by phone and text", https://cmhasaskatoon.ca/9-8-8/
//	GB  Samaritans, ten years of 116 123, "24 hours a day, seven days a week", https://www.samaritans.org/news/samaritans-in-northern-ireland-answer-one-million-calls-during-10-years-of-freephone
//	IE  Newstalk on 116 123 all over the island of Ireland, http://www.newstalk.com/reader/47.301/69999/0/
//	AT  TelefonSeelsorge, official emergency number 142, https://www.ots.at/presseaussendung/OTM_20230425_OTM0006/telefonseelsorge-seit-25-jahren-amtlicher-notruf-fuer-die-seele
//	CH  20 Minuten on 143 at every hour, and 144 in every medical emergency, http://www.pressreader.com/switzerland/20-minuten-luzern/20181009/281681140830750
//	DE  domradio, 0800/1110111 "rund um die Uhr kostenfrei", https://www.domradio.de/artikel/telefonseelsorge-jetzt-unter-oekumenischem-dachverband
//	FR  3114, "24h/24 sur l'ensemble du territoire", https://3114.fr/que-se-passe-t-il-quand-je-contacte-le-3114/
//	NL  upday on 113, free at every hour since October 2025, https://www.upday.com/nl/binnenland/nummer-113-nu-gratis-betere-hulp-bij-zelfdodingsgedachten/pj8neqt
var crisisHelp = map[string]Help{
	"US": {"911", []Helpline{{"988 Suicide & Crisis Lifeline", "988", "988", "https://988lifeline.org/"}}},
	"CA": {"911", []Helpline{{"9-8-8 Suicide Crisis Helpline", "988", "988", "https://988.ca/"}}},
	"AU": {"000", []Helpline{{"Lifeline", "13 11 14", "0477 13 11 14", "https://www.lifeline.org.au/131114/"}}},
	"NZ": {"111", []Helpline{{"Need to talk?", "1737", "1737", "https://1737.org.nz/"}}},
	"GB": {"999", []Helpline{
		samaritans,
		{"NHS 111 (choose the mental health option)", "111", "", "https://www.nhs.uk/nhs-services/mental-health-services/"},
	}},
	"IE": {"112", []Helpline{samaritans}},
	"AT": {"112", []Helpline{{"TelefonSeelsorge", "142", "", "https://www.telefonseelsorge.at/"}}},
	"BE": {"112", []Helpline{
		{"Zelfmoordlijn", "1813", "", "https://www.zelfmoord1813.be/"},
		{"Centre de Prévention du Suicide", "0800 32 123", "", "https://www.preventionsuicide.be/"},
	}},
	"CH": {"144", []Helpline{{"Die Dargebotene Hand / La Main Tendue", "143", "", "https://www.143.ch/"}}},
	"DE": {"112", []Helpline{{"TelefonSeelsorge", "0800 111 0 111", "", "https://www.telefonseelsorge.de/"}}},
	"ES": {"112", []Helpline{{"Línea 024", "024", "", "https://www.sanidad.gob.es/linea024/"}}},
	"FR": {"112", []Helpline{{"Numéro national de prévention du suicide", "3114", "", "https://3114.fr/"}}},
	"NL": {"112", []Helpline{{"113 Zelfmoordpreventie", "113", "", "https://www.113.nl/"}}},
	"NO": {"113", []Helpline{{"Mental Helse Hjelpetelefonen", "116 123", "", "https://mentalhelse.no/"}}},
	"SE": {"112", []Helpline{{"Självmordslinjen", "90101", "", "https://mind.se/"}}},
}
