package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
)

// A weight is how dark text is set.
type weight int

const (
	regular weight = iota
	bold
)

// Fonts are the faces documents are drawn with, parsed once and shared.
type Fonts struct {
	// faces are tried in order: the first that has a rune draws it. The first
	// of each weight is the primary face, Liberation Sans.
	faces [2][]*face
	// builtin are the faces of every installation, for the plain layout.
	builtin [2][]*face
	of      map[*font.Font]*face
}

// LoadFonts returns the built-in faces (Liberation Sans, DejaVu Sans) and, for
// the scripts they lack, every upright regular or bold font of the folder and
// those below it. An empty dir means the built-in faces alone. A file that is not a usable font
// is an error: the operator who named the folder should know.
func LoadFonts(dir string) (*Fonts, error) {
	f := &Fonts{of: map[*font.Font]*face{}}
	for i, files := range [2][2][]byte{
		{liberationsansregular.TTF, dejavusans.TTF},
		{liberationsansbold.TTF, dejavusansbold.TTF},
	} {
		for n, file := range files {
			built, err := parseFace(file, n == 0)
			if err != nil {
				return nil, err
			}
			f.builtin[i] = append(f.builtin[i], built)
		}
	}
	extra, err := folderFaces(dir)
	if err != nil {
		return nil, fmt.Errorf("load fonts: %w", err)
	}
	f.arrange(extra)
	return f, nil
}

// arrange puts the folder's faces before DejaVu, which is the last resort, and
// lets bold text fall back on regular faces.
func (f *Fonts) arrange(extra []*face) {
	light := slices.DeleteFunc(slices.Clone(extra), func(x *face) bool { return x.bold })
	dark := slices.DeleteFunc(slices.Clone(extra), func(x *face) bool { return !x.bold })
	f.faces[regular] = slices.Concat(f.builtin[regular][:1], light, f.builtin[regular][1:])
	f.faces[bold] = slices.Concat(f.builtin[bold][:1], dark, light, f.builtin[bold][1:], f.builtin[regular][1:])
	for _, x := range slices.Concat(f.faces[:]...) {
		f.of[x.font] = x
	}
}

// folderFaces reads the fonts of a folder and those below it, in the order of
// their paths.
func folderFaces(dir string) ([]*face, error) {
	if dir == "" {
		return nil, nil
	}
	var faces []*face
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".ttf", ".otf", ".ttc":
		default:
			return nil
		}
		f, err := fileFace(path)
		if err != nil {
			return fmt.Errorf("%s: %w", e.Name(), err)
		}
		if f != nil {
			faces = append(faces, f)
		}
		return nil
	})
	return faces, err
}

// fileFace reads the first face of a file, nil when it is not one to use.
func fileFace(path string) (*face, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if upright, err := upright(file); err != nil || !upright {
		return nil, err
	}
	f, err := parseFace(file, false)
	if errors.Is(err, errNoOutlines) {
		return nil, nil // pictures, such as coloured emoji, cannot be drawn as text
	}
	return f, err
}

// upright reports whether the file's first face is an upright regular or bold
// one; italics, light and condensed cuts would only get in the way.
func upright(file []byte) (bool, error) {
	loaders, err := ot.NewLoaders(bytes.NewReader(file))
	if err != nil {
		return false, err
	}
	if len(loaders) == 0 {
		return false, errNoFace
	}
	about, _ := font.Describe(loaders[0], nil)
	a := about.Aspect
	return a.Style == font.StyleNormal && a.Stretch == font.StretchNormal &&
		(a.Weight == font.WeightNormal || a.Weight == font.WeightBold), nil
}
