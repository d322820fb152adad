package forms

// insuranceNumbers are what cover is known by in each country. Where private
// cover is the rule (US) the plans are asked for instead.
var insuranceNumbers = []struct {
	countries []string
	id, ask   string
	hint      string
}{
	{[]string{"AU"}, "medicare", "Medicare card number", "10 digits."},
	{[]string{"AU"}, "irn", "Number beside your name on the Medicare card", ""},
	{[]string{"AU"}, "expiry", "Medicare card valid to", "For example, 05/2028."},
	{[]string{"AU"}, "dva", "DVA file number", ""},
	{[]string{"AU"}, "ndis", "NDIS number", ""},
	{[]string{"AU"}, "fund", "Health fund", ""},
	{[]string{"AU"}, "member", "Health fund member number", ""},
	{[]string{"NZ"}, "nhi", "NHI number", ""},
	{[]string{"NZ"}, "acc", "ACC claim number", ""},
	{[]string{"GB"}, "nhs", "NHS number", "10 digits."},
	{[]string{"CA"}, "card", "Health card number", ""},
	{[]string{"CA"}, "province", "Province or territory of the health card", ""},
	{[]string{EU}, "insurer", "Health insurer", ""},
	{[]string{EU}, "number", "Insurance number", ""},
}

// insurance gives a group the questions of every country it may be asked in;
// Resolve keeps those of one. All can be left empty.
func (p *parsing) insurance(it *Item) {
	allowed, _ := meet(p.own, it.Countries)
	for _, l := range insuranceNumbers {
		if both, ok := meet(allowed, l.countries); ok && (len(allowed) == 0 || len(both) > 0) {
			p.adopt(it, l.id, &Item{Kind: Text, Ask: l.ask, Hint: l.hint, Countries: l.countries, MaxLen: maxName})
		}
	}
	if both, ok := meet(allowed, outsideUS); ok && (len(allowed) == 0 || len(both) > 0) {
		p.cards(it, outsideUS)
	}
	if _, ok := meet(allowed, []string{"US"}); ok {
		p.plans(it)
	}
}

// outsideUS is wherever one card stands for a person, not a plan.
var outsideUS = []string{"AU", "NZ", "GB", "CA", EU}

// cards asks for both sides of an insurance card (LOINC 64290-0, health
// insurance card).
func (p *parsing) cards(group *Item, countries []string) {
	for _, side := range []string{"front", "back"} {
		card := &Item{Kind: File, Control: "photo", Ask: "Photo of the " + side + " of your card", Countries: countries}
		card.Codes = []Code{{System: "http://loinc.org", Code: "64290-0", Display: "Health insurance card"}}
		card.fillFile()
		p.adopt(group, side, card)
	}
}

func (p *parsing) plans(it *Item) {
	plan := &Item{Kind: Group, Ask: "Insurance plan", Repeats: true, MaxTimes: 3, Countries: []string{"US"}}
	p.adopt(it, "plan", plan)
	p.adopt(plan, "payer", &Item{Kind: Text, Ask: "Insurance company", MaxLen: maxName})
	p.adopt(plan, "name", &Item{Kind: Text, Ask: "Plan name", MaxLen: maxName})
	p.adopt(plan, "member", &Item{Kind: Text, Ask: "Member ID", MaxLen: maxName})
	p.adopt(plan, "group", &Item{Kind: Text, Ask: "Group number", MaxLen: maxName})
	p.cards(plan, nil)
	p.adopt(plan, "self", &Item{Kind: YesNo, Ask: "Are you the policy holder?"})
	other := []Condition{{Question: plan.ID + ".self", Op: "=", Value: "false"}}
	p.adopt(plan, "holder", &Item{Kind: Text, Ask: "Policy holder's full name", ShowIf: other, MaxLen: maxName})
	born := &Item{Kind: BirthDate, Field: BirthDate, Ask: "Policy holder's date of birth", Min: "today-130y", Max: "today", ShowIf: other}
	born.Autocomplete = "off"
	p.adopt(plan, "born", born)
	p.adopt(plan, "relation", &Item{Kind: Text, Ask: "What is the policy holder to you?", ShowIf: other, MaxLen: maxText})
}
