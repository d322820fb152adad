package views

import "maps"

func init() {
	maps.Copy(titles, map[string]string{
		"staff/code":         "Enter your code",
		"staff/account":      "Your account",
		"staff/secondfactor": "Second factor",
		"staff/passphrase":   "Change your passphrase",
		"staff/keys":         "API keys",
		"staff/rekey":        "Practice key",
		"staff/chainhead":    "The activity log’s newest entry",
		"staff/team":         "Team",
		"staff/member":       "Colleague",
		"staff/invited":      "Invitation",
		"staff/seers":        "Who sees this client",
	})
}
