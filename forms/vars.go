package forms

// Vars are the values for the variables in texts: {practice}, {phone},
// {email}, {address}, {website}, {country} (its name), {storage_country} (its
// name), {operator}, {privacy_contact} and {effective_date}.
type Vars struct {
	Practice, Phone, Email, Address, Website string
	Country, CountryName                     string // of the practice; Country is ISO 3166-1 alpha-2
	StorageCountry, StorageCountryName       string // where answers are kept
	Operator, PrivacyContact                 string
	EffectiveDate                            string // ISO; texts say it as people do
}

var variableNames = []string{
	"practice", "phone", "email", "address", "website",
	"country", "storage_country", "operator", "privacy_contact", "effective_date",
}

func (v Vars) value(name string) string {
	switch name {
	case "practice":
		return v.Practice
	case "phone":
		return v.Phone
	case "email":
		return v.Email
	case "address":
		return v.Address
	case "website":
		return v.Website
	case "country":
		return v.CountryName
	case "storage_country":
		return v.StorageCountryName
	case "operator":
		return v.Operator
	case "privacy_contact":
		return v.PrivacyContact
	default:
		return v.EffectiveDate
	}
}
