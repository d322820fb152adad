package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/fault"
)

// TemplateInfo is a template as lists show it.
type TemplateInfo struct {
	Name, Version, Title, Type, State, Language, SHA256 string
	Countries                                           []string
	BuiltIn                                             bool
}

func infoOf(t *forms.Template, state string, builtIn bool) TemplateInfo {
	return TemplateInfo{Name: t.Name, Version: t.Version, Title: t.Title, Type: t.Type, State: state, Language: t.Language, SHA256: t.SHA256(), Countries: t.Countries, BuiltIn: builtIn}
}

// Templates returns the newest published version of every template that the
// practice can send, its own before built-in ones of the same name.
func (s *Store) Templates(ctx context.Context, h *Holder) (infos []TemplateInfo, err error) {
	defer fault.Wrap(&err, "store.Templates(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.SendDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	newest := map[string]*forms.Template{}
	own, err := s.ownTemplates(ctx, h.Practice, "published", "")
	if err != nil {
		return nil, err
	}
	for _, t := range own {
		if was := newest[t.Name]; was == nil || forms.CompareVersions(t.Version, was.Version) > 0 {
			newest[t.Name] = t
		}
	}
	for _, t := range newest {
		infos = append(infos, infoOf(t, "published", false))
	}
	for _, t := range forms.Library() {
		if newest[t.Name] == nil && t.ForCountry(p.Country) {
			infos = append(infos, infoOf(t, "published", true))
		}
	}
	slices.SortFunc(infos, func(a, b TemplateInfo) int { return strings.Compare(a.Name, b.Name) })
	return infos, nil
}

// ownTemplates returns the practice's own templates in a state, of one name or,
// for "", of all, oldest first.
func (s *Store) ownTemplates(ctx context.Context, practice uuid.UUID, state, name string) (own []*forms.Template, err error) {
	const query = `SELECT sha256, body FROM templates WHERE practice_id = $1 AND state = $2 AND (CAST($3 AS TEXT) = '' OR name = $3) ORDER BY created_at, name, version`
	var pin string
	var body []byte
	err = s.db.ReadEach(ctx, practice, query, []any{practice, state, name}, []any{&pin, &body}, func() error {
		t, err := s.parse(practice, pin, body)
		own = append(own, t)
		return err
	})
	return own, err
}

// ownTemplate returns the practice's own template of the version, or of the
// newest for ""; nil when there is none.
func (s *Store) ownTemplate(ctx context.Context, practice uuid.UUID, state, name, version string) (found *forms.Template, err error) {
	if name == "" {
		return nil, nil
	}
	own, err := s.ownTemplates(ctx, practice, state, name)
	for _, t := range own {
		if version == "" && (found == nil || forms.CompareVersions(t.Version, found.Version) > 0) || t.Version == version {
			found = t
		}
	}
	return found, err
}

// findTemplate returns a published template by "name" or "name@version".
func (s *Store) findTemplate(ctx context.Context, practice uuid.UUID, wanted string) (*forms.Template, error) {
	name, version, _ := strings.Cut(wanted, "@")
	if found, err := s.ownTemplate(ctx, practice, "published", name, version); found != nil || err != nil {
		return found, err
	}
	if t, ok := forms.LibraryTemplate(name); ok && (version == "" || version == t.Version) {
		return t, nil
	}
	return nil, noTemplate(wanted)
}

func noTemplate(wanted string) error {
	return fault.Newf(fault.NotFound, "There is no template %q.", wanted)
}

// Template returns a published template by "name" or "name@version"; for whoever
// may change templates also a draft, when nothing of that name is published.
func (s *Store) Template(ctx context.Context, h *Holder, wanted string) (_ *forms.Template, _ *TemplateInfo, err error) {
	defer fault.Wrap(&err, "store.Template(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.SendDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, nil, err
	}
	t, err := s.findTemplate(ctx, h.Practice, wanted)
	if errors.Is(err, fault.NotFound) && h.May(access.ManageTemplates) {
		name, version, _ := strings.Cut(wanted, "@")
		draft, failed := s.ownTemplate(ctx, h.Practice, "draft", name, version)
		if failed != nil {
			return nil, nil, failed
		}
		if draft != nil {
			info := infoOf(draft, "draft", false)
			return draft, &info, nil
		}
	}
	if err != nil {
		return nil, nil, err
	}
	builtIn, ok := forms.LibraryTemplate(t.Name)
	info := infoOf(t, "published", ok && builtIn == t)
	return t, &info, nil
}
