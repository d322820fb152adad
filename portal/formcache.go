package portal

import (
	"container/list"
	"sync"

	"github.com/google/uuid"

	"github.com/sealform/sealform/views"
)

// formsKept is how many compiled forms stay in memory, at some 70 KB a page.
const formsKept = 200

// A formKey is all that the compiled pages of a form depend on.
type formKey struct {
	pin      string
	practice uuid.UUID
	version  int64 // of the practice's details
	language string
	packet   bool // one of several documents
}

// A formCache keeps the compiled forms used last.
type formCache struct {
	most  int
	mu    sync.Mutex
	byKey map[formKey]*list.Element
	order *list.List // of *compiled, used last in front
}

type compiled struct {
	key  formKey
	once sync.Once
	form *views.Form
	err  error
}

func newFormCache(most int) *formCache {
	return &formCache{most: most, byKey: map[formKey]*list.Element{}, order: list.New()}
}

// get returns the compiled form of the key. However many ask at once, compile
// runs once.
func (f *formCache) get(key formKey, compile func() (*views.Form, error)) (*views.Form, error) {
	entry := f.entry(key)
	entry.once.Do(func() { entry.form, entry.err = compile() })
	return entry.form, entry.err
}

func (f *formCache) entry(key formKey) *compiled {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e, ok := f.byKey[key]; ok {
		f.order.MoveToFront(e)
		return e.Value.(*compiled)
	}
	entry := &compiled{key: key}
	f.byKey[key] = f.order.PushFront(entry)
	if f.order.Len() > f.most {
		last := f.order.Back()
		delete(f.byKey, last.Value.(*compiled).key)
		f.order.Remove(last)
	}
	return entry
}
