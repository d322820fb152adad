package pdf

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/sealform/sealform/internal/lazyregexp"
)

var (
	filesEntry = lazyregexp.New(`/AF\[([0-9 R]*)\]`)
	fileSpec   = lazyregexp.New(`^<</Type/Filespec/F(\([^)]*\)|<[0-9A-F]*>)/UF.*/AFRelationship/Source/Desc(\([^)]*\)|<[0-9A-F]*>)/EF<</F (\d{1,7}) 0 R/UF \d+ 0 R>>>>$`)
	fileStream = lazyregexp.New(`^<</Type/EmbeddedFile/Subtype/([^/]+)/Params<</Size (\d{1,9})/ModDate\([^)]*\)>>/Filter/FlateDecode/Length (\d{1,9})>>\nstream\n`)
)

// maxAttachments is more than any document of ours has.
const maxAttachments = 64

// attachments returns the files inside, as many as the limits allow. Those it
// cannot read it leaves out.
func (f *sealedFile) attachments() []File {
	list := filesEntry().FindSubmatch(f.root)
	if list == nil {
		return nil
	}
	var files []File
	left := maxInflated
	for _, m := range reference().FindAllSubmatch(list[1], maxAttachments) {
		n, _ := strconv.Atoi(string(m[1]))
		if file, ok := f.attachment(n, left); ok {
			files = append(files, file)
			left -= len(file.Bytes)
		}
	}
	return files
}

func (f *sealedFile) attachment(n, most int) (File, bool) {
	spec := fileSpec().FindSubmatch(f.object(n))
	if spec == nil {
		return File{}, false
	}
	n, _ = strconv.Atoi(string(spec[3]))
	if n >= len(f.offsets) || f.offsets[n] == 0 || f.offsets[n] >= len(f.bytes) {
		return File{}, false
	}
	body, ok := bytes.CutPrefix(f.bytes[f.offsets[n]:], []byte(strconv.Itoa(n)+" 0 obj\n"))
	head := fileStream().FindSubmatch(body[:min(len(body), 400)])
	if !ok || head == nil {
		return File{}, false
	}
	size, _ := strconv.Atoi(string(head[2]))
	length, _ := strconv.Atoi(string(head[3]))
	if size > most || length > len(body)-len(head[0]) {
		return File{}, false
	}
	content, err := inflate(body[len(head[0]):len(head[0])+length], size)
	if err != nil || len(content) != size {
		return File{}, false
	}
	return File{
		Name: readTextString(spec[1]), Type: readNameToken(string(head[1])),
		Description: readTextString(spec[2]), Bytes: content,
	}, true
}

// readNameToken reads what nameToken wrote.
func readNameToken(s string) string {
	var b strings.Builder
	for {
		before, after, escaped := strings.Cut(s, "#")
		b.WriteString(before)
		if !escaped || len(after) < 2 {
			return b.String()
		}
		c, err := hex.DecodeString(after[:2])
		if err != nil {
			return b.String()
		}
		b.Write(c)
		s = after[2:]
	}
}
