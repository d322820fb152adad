package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

// OwnTemplates returns every version of the practice's own templates, drafts
// and retired ones too, by name and newest version first.
func (s *Store) OwnTemplates(ctx context.Context, h *Holder) (infos []TemplateInfo, err error) {
	defer fault.Wrap(&err, "store.OwnTemplates(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageTemplates, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	var state string
	var body []byte
	err = s.db.ReadEach(ctx, h.Practice, `SELECT state, body FROM templates WHERE practice_id = $1`, []any{h.Practice}, []any{&state, &body}, func() error {
		t, err := forms.Parse("", body)
		if err != nil {
			return err
		}
		infos = append(infos, infoOf(t, state, false))
		return nil
	})
	slices.SortFunc(infos, func(a, b TemplateInfo) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), forms.CompareVersions(b.Version, a.Version))
	})
	return infos, err
}

// TemplateText returns one version as it was written, comments included: the
// practice's own, or else the built-in one.
func (s *Store) TemplateText(ctx context.Context, h *Holder, name, version string) (text []byte, _ *TemplateInfo, err error) {
	defer fault.Wrap(&err, "store.TemplateText(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageTemplates, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, nil, err
	}
	var state string
	err = s.db.ReadOne(ctx, h.Practice, `SELECT state, body FROM templates WHERE practice_id = $1 AND name = $2 AND version = $3`, []any{h.Practice, name, version}, &state, &text)
	builtIn := false
	if errors.Is(err, fault.NotFound) {
		t, ok := forms.LibraryTemplate(name)
		if !ok || t.Version != version {
			return nil, nil, noTemplate(name + "@" + version)
		}
		text, state, builtIn, err = forms.LibraryText(name), "published", true, nil
	}
	if err != nil {
		return nil, nil, err
	}
	t, err := forms.Parse("", text)
	if err != nil {
		return nil, nil, err
	}
	info := infoOf(t, state, builtIn)
	return text, &info, nil
}

// TryTemplate returns the template as the practice's clients would see it. It
// stores nothing.
func (s *Store) TryTemplate(ctx context.Context, h *Holder, text []byte) (_ *forms.Template, err error) {
	defer fault.Wrap(&err, "store.TryTemplate(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageTemplates, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	t, err := parseTemplate(text)
	if err != nil {
		return nil, err
	}
	return s.resolve(ctx, h, t)
}

// parseTemplate makes each of the parser's errors a sentence for whoever wrote
// the text; [forms.Errors] can be had from the fault.
func parseTemplate(text []byte) (*forms.Template, error) {
	t, err := forms.Parse("template.yaml", text)
	var wrong forms.Errors
	if errors.As(err, &wrong) {
		return nil, fault.Because(fault.Invalid, err, wrong.Error())
	}
	return t, err
}

// resolve fills in the practice's variables. What is empty and needed is named.
func (s *Store) resolve(ctx context.Context, h *Holder, t *forms.Template) (*forms.Template, error) {
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	resolved, err := t.Resolve(s.vars(p))
	if err != nil {
		return nil, fault.Because(fault.Invalid, err, "This template cannot be published: "+err.Error())
	}
	return resolved, nil
}

// PublishTemplate adds a version of a template of the practice's own, as a
// draft or for use. It keeps the text as it was written. A published version
// never changes; a draft is replaced.
func (s *Store) PublishTemplate(ctx context.Context, h *Holder, text []byte, draft bool) (_ *TemplateInfo, err error) {
	defer fault.Wrap(&err, "store.PublishTemplate(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageTemplates, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	t, err := parseTemplate(text)
	if err != nil {
		return nil, err
	}
	state, action := "published", audit.Action("template.publish")
	if draft {
		state, action = "draft", "template.draft"
	} else if _, err := s.resolve(ctx, h, t); err != nil {
		return nil, err
	}
	info := infoOf(t, state, false)
	err = s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `
			INSERT INTO templates (practice_id, name, version, title, state, sha256, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (practice_id, name, version) DO UPDATE SET title = excluded.title, state = excluded.state, sha256 = excluded.sha256, body = excluded.body
			WHERE templates.state = 'draft'`,
			h.Practice, t.Name, t.Version, t.Title, state, info.SHA256, text, s.at())
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.Code(fault.Conflict, "version-exists", fmt.Sprintf("Version %s of %s is published and never changes. Give it a higher version.", t.Version, t.Name))
		}
		return s.templateEvent(h, action, t.Name, t.Version), nil
	})
	return &info, err
}

// RetireTemplate stops a published version from being sent. Documents that ask
// it already go on.
func (s *Store) RetireTemplate(ctx context.Context, h *Holder, name, version string) (err error) {
	defer fault.Wrap(&err, "store.RetireTemplate(%s)", h.Practice)
	return s.endTemplate(ctx, h, "template.retire", name, version,
		`UPDATE templates SET state = 'retired' WHERE practice_id = $1 AND name = $2 AND version = $3 AND state = 'published'`)
}

// DiscardDraft removes a version that was never published.
func (s *Store) DiscardDraft(ctx context.Context, h *Holder, name, version string) (err error) {
	defer fault.Wrap(&err, "store.DiscardDraft(%s)", h.Practice)
	return s.endTemplate(ctx, h, "template.discard", name, version,
		`DELETE FROM templates WHERE practice_id = $1 AND name = $2 AND version = $3 AND state = 'draft'`)
}

func (s *Store) endTemplate(ctx context.Context, h *Holder, action audit.Action, name, version, statement string) error {
	if err := s.require(ctx, h.Actor, access.ManageTemplates, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return err
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, statement, h.Practice, name, version)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.Newf(fault.NotFound, "There is no such version of %q to end.", name)
		}
		return s.templateEvent(h, action, name, version), nil
	})
}

func (s *Store) templateEvent(h *Holder, action audit.Action, name, version string) []audit.Event {
	return []audit.Event{{
		At: s.at(), Actor: h.Actor, Action: action, Subject: audit.Subject{Kind: "practice", ID: h.Practice},
		Detail: audit.Detail{"template": name + "@" + version},
	}}
}
