package store

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/views"
)

// A MessagePlan says when a practice's automatic messages go out.
type MessagePlan struct {
	RemindAfter  []int // days after a document was sent, rising
	RemindBefore int   // days before its link expires; 0 for no such reminder
	QuietFrom    int   // minutes after midnight where the practice is
	QuietTo      int   // equal to QuietFrom: no quiet hours
	MostADay     int   // messages to one client in 24 hours
	TellStaff    bool  // tell whoever sent a document that it is ready to read
}

// DefaultMessagePlan is what a practice has that never chose.
var DefaultMessagePlan = MessagePlan{RemindAfter: []int{2, 5}, RemindBefore: 1, QuietFrom: 21 * 60, QuietTo: 8 * 60, MostADay: 8, TellStaff: true}

const mostReminders = 6

// MessagePlan returns the plan of the holder's practice.
func (s *Store) MessagePlan(ctx context.Context, h *Holder) (_ *MessagePlan, err error) {
	defer fault.Wrap(&err, "store.MessagePlan(%s)", h.Practice)
	return s.messagePlan(ctx, h.Practice)
}

func (s *Store) messagePlan(ctx context.Context, p uuid.UUID) (*MessagePlan, error) {
	var plan MessagePlan
	var after string
	err := s.db.ReadOne(ctx, p, `SELECT remind_after, remind_before, quiet_from, quiet_to, most_a_day, tell_staff FROM message_plans WHERE practice_id = $1`, []any{p},
		&after, &plan.RemindBefore, &plan.QuietFrom, &plan.QuietTo, &plan.MostADay, &plan.TellStaff)
	if errors.Is(err, fault.NotFound) {
		plan = DefaultMessagePlan
		return &plan, nil
	}
	for day := range strings.SplitSeq(after, ",") {
		if n, err := strconv.Atoi(day); err == nil {
			plan.RemindAfter = append(plan.RemindAfter, n)
		}
	}
	return &plan, err
}

// SaveMessagePlan changes the plan. Reminders that wait already follow the new
// one when they are due.
func (s *Store) SaveMessagePlan(ctx context.Context, h *Holder, plan MessagePlan) (err error) {
	defer fault.Wrap(&err, "store.SaveMessagePlan(%s)", h.Practice)
	subject := audit.Subject{Kind: "practice", ID: h.Practice}
	if err := s.require(ctx, h.Actor, access.ManagePractice, subject); err != nil {
		return err
	}
	if err := plan.check(); err != nil {
		return err
	}
	var after []string
	for _, n := range plan.RemindAfter {
		after = append(after, strconv.Itoa(n))
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		_, err := tx.Exec(ctx, `
			INSERT INTO message_plans (practice_id, remind_after, remind_before, quiet_from, quiet_to, most_a_day, tell_staff) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (practice_id) DO UPDATE SET remind_after = $2, remind_before = $3, quiet_from = $4, quiet_to = $5, most_a_day = $6, tell_staff = $7`,
			h.Practice, strings.Join(after, ","), plan.RemindBefore, plan.QuietFrom, plan.QuietTo, plan.MostADay, plan.TellStaff)
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "messages.plan", Subject: subject}}, err
	})
}

func (p *MessagePlan) check() error {
	const day = 24 * 60
	switch {
	case len(p.RemindAfter) > mostReminders || !slices.IsSorted(p.RemindAfter) || slices.ContainsFunc(p.RemindAfter, func(n int) bool { return n < 1 || n > maxExpiryDays }):
		return fault.Code(fault.Invalid, "remind-after", "Enter up to 6 numbers of days, each 1 or more, smallest first.")
	case p.RemindBefore < 0 || p.RemindBefore > maxExpiryDays:
		return fault.Code(fault.Invalid, "remind-before", "Enter a number of days before the link expires, or 0 for none.")
	case p.QuietFrom < 0 || p.QuietFrom >= day || p.QuietTo < 0 || p.QuietTo >= day:
		return fault.Code(fault.Invalid, "quiet", "Enter the quiet hours as times of day, such as 21:00.")
	case p.MostADay < 2 || p.MostADay > 50:
		return fault.Code(fault.Invalid, "most-a-day", "Enter how many messages one client may get a day: 2 to 50.")
	}
	return nil
}

// quietUntil returns when the quiet hours around a time end, or the zero time
// outside them. Days begin where the time's location is.
func (p *MessagePlan) quietUntil(local time.Time) time.Time {
	minute := local.Hour()*60 + local.Minute()
	overnight := p.QuietFrom > p.QuietTo
	quiet := minute >= p.QuietFrom && minute < p.QuietTo
	if overnight {
		quiet = minute >= p.QuietFrom || minute < p.QuietTo
	}
	if !quiet {
		return time.Time{}
	}
	day := local.Day()
	if overnight && minute >= p.QuietFrom {
		day++
	}
	return time.Date(local.Year(), local.Month(), day, p.QuietTo/60, p.QuietTo%60, 0, 0, local.Location())
}

// reminders returns when reminders of a delivery are due, in order: so many
// days after it was made, by the calendar of the practice, and before it ends.
func (p *MessagePlan) reminders(made, expires time.Time, zone *time.Location) (times []time.Time) {
	for _, n := range p.RemindAfter {
		times = append(times, made.In(zone).AddDate(0, 0, n))
	}
	if p.RemindBefore > 0 {
		times = append(times, expires.In(zone).AddDate(0, 0, -p.RemindBefore))
	}
	times = slices.DeleteFunc(times, func(t time.Time) bool { return !t.After(made) || !t.Before(expires) })
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// around returns the last of the times that is not after now, and the first
// that is; the zero time when there is none.
func around(times []time.Time, now time.Time) (last, next time.Time) {
	for _, t := range times {
		if t.After(now) {
			return last, t
		}
		last = t
	}
	return last, time.Time{}
}

// Wording returns what the practice's messages of a kind say, and whether the
// practice chose the words itself.
func (s *Store) Wording(ctx context.Context, h *Holder, kind practice.MessageKind, channel practice.Channel, language string) (_ views.Wording, own bool, err error) {
	defer fault.Wrap(&err, "store.Wording(%s)", h.Practice)
	return s.wording(ctx, h.Practice, kind, channel, language)
}

func (s *Store) wording(ctx context.Context, p uuid.UUID, kind practice.MessageKind, channel practice.Channel, language string) (w views.Wording, own bool, err error) {
	language = views.WordingLanguage(language)
	err = s.db.ReadOne(ctx, p, `SELECT subject, body FROM wordings WHERE practice_id = $1 AND kind = $2 AND channel = $3 AND language = $4`,
		[]any{p, string(kind), string(channel), language}, &w.Subject, &w.Body)
	if errors.Is(err, fault.NotFound) {
		return views.DefaultWording(kind, channel, language), false, nil
	}
	return w, true, err
}

// SaveWording keeps the practice's own words; the zero wording goes back to
// ours. What the lint finds is fault.Invalid, a sentence each.
func (s *Store) SaveWording(ctx context.Context, h *Holder, kind practice.MessageKind, channel practice.Channel, language string, w views.Wording) (err error) {
	defer fault.Wrap(&err, "store.SaveWording(%s)", h.Practice)
	subject := audit.Subject{Kind: "practice", ID: h.Practice}
	if err := s.require(ctx, h.Actor, access.ManagePractice, subject); err != nil {
		return err
	}
	if !slices.Contains(practice.ClientMessages, kind) || !slices.Contains(practice.Channels, channel) {
		return errUnknownMessage
	}
	if faults := w.Lint(kind, channel); w != (views.Wording{}) && len(faults) > 0 {
		return fault.Code(fault.Invalid, "wording", strings.Join(faults, " "))
	}
	language = views.WordingLanguage(language)
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `DELETE FROM wordings WHERE practice_id = $1 AND kind = $2 AND channel = $3 AND language = $4`, h.Practice, string(kind), string(channel), language); err != nil {
			return nil, err
		}
		if w != (views.Wording{}) {
			if _, err := tx.Exec(ctx, `INSERT INTO wordings (practice_id, kind, channel, language, subject, body) VALUES ($1, $2, $3, $4, $5, $6)`,
				h.Practice, string(kind), string(channel), language, w.Subject, w.Body); err != nil {
				return nil, err
			}
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "messages.wording", Subject: subject, Detail: audit.Detail{"kind": string(kind), "channel": string(channel), "language": language}}}, nil
	})
}
