// Command sealform runs the service and everything an operator does beside it.
// It wires the packages together and owns the command line; whatever changes
// practice data is a method of the store.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/lazyregexp"
)

type commands struct {
	Serve    serveCommand    `cmd:"" help:"Run the service until it is told to stop."`
	Demo     demoCommand     `cmd:"" help:"Run a practice of invented people in a temporary folder, and show every link with its code."`
	Practice practiceCommand `cmd:"" help:"Practices of this installation."`
	Staff    staffCommand    `cmd:"" help:"Staff members of a practice."`
	Mail     mailCommand     `cmd:"" help:"Try whether messages reach people."`
	Keys     keysCommand     `cmd:"" help:"The server key."`
	Template templateCommand `cmd:"" help:"Templates of forms."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database schema up to date. 'serve' does so too."`
	Backup   backupCommand   `cmd:"" help:"Write the whole database to a file, without the server key."`
	Restore  restoreCommand  `cmd:"" help:"Fill an empty database from a backup, of either engine."`
	Audit    auditCommand    `cmd:"" help:"The record of who did what."`
	Verify   verifyCommand   `cmd:"" help:"Check a sealed PDF. The exit status is 0 only for a genuine one."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// A program is what a command sees of the world around it.
type program struct {
	ctx            context.Context
	env            []string // NAME=value
	stdin          io.Reader
	stdout, stderr io.Writer
	lines          *gatherer // of the log, to stderr
	now            func() time.Time
}

const (
	statusFailed = 1
	statusUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run runs one command and returns its exit status: 0 when it did what was
// asked, 1 when it failed, 2 when it was not understood.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	exited := -1
	parser, err := kong.New(commandsFor(args),
		kong.Name("sealform"),
		kong.Description("Forms that clients unlock with a code, sign, and keep sealed. Settings: flags, or SEALFORM_… in the environment."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Resolvers(environment(env)),
		kong.Writers(stdout, stderr),
		kong.Exit(func(status int) { exited = status }),
	)
	if err != nil {
		panic("internal error: " + err.Error())
	}
	groupSettings(parser)
	command, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		printErrors(stderr, err)
		fmt.Fprintln(stderr, "Run 'sealform --help', or 'sealform <command> --help'.")
		return statusUsage
	}
	p := &program{ctx: ctx, env: env, stdin: stdin, stdout: stdout, stderr: stderr, lines: &gatherer{w: stderr}, now: time.Now}
	err = command.Run(p)
	p.lines.flush()
	if err != nil {
		printErrors(stderr, err)
		return statusFailed
	}
	return 0
}

// commandsFor returns what the arguments are parsed into: of all commands the
// one that they name, if they do. Describing all of them to the parser would be
// a sixth of the time that serving takes to start.
func commandsFor(args []string) any {
	all := reflect.TypeFor[commands]()
	for i := range all.NumField() {
		if command := all.Field(i); len(args) > 0 && strings.ToLower(command.Name) == args[0] {
			return reflect.New(reflect.StructOf([]reflect.StructField{command})).Interface()
		}
	}
	return &commands{}
}

// environment answers for a flag that was not given: --base-url is
// SEALFORM_BASE_URL. Only settings are looked up.
func environment(env []string) kong.ResolverFunc {
	settings, values := settingNames(), map[string]string{}
	for _, pair := range env {
		if name, value, ok := strings.Cut(pair, "="); ok && settings[name] {
			values[name] = value
		}
	}
	return func(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
		value := values[config.Variable(flag.Name)]
		if value == "" || !isSetting(flag) {
			return nil, nil
		}
		return value, nil
	}
}

// groupSettings lists a command's own flags first in its help, and the settings
// that most commands share below them.
func groupSettings(parser *kong.Kong) {
	names, settings := settingNames(), &kong.Group{Key: "settings", Title: "Settings of the installation, each also " + config.Prefix + "… in the environment:"}
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && names[config.Variable(flag.Name)] && isSetting(flag) {
			flag.Group = settings
		}
		return next(nil)
	})
}

// settingNames returns the environment variables that are settings.
func settingNames() map[string]bool {
	names := map[string]bool{}
	for _, s := range config.Settings() {
		names[s.Name] = true
	}
	return names
}

// isSetting tells a setting from a command's own flag of the same name: the
// demo's --data must never be the installation's folder.
func isSetting(flag *kong.Flag) bool { return flag.Tag != nil && !flag.Tag.Has("own") }

// mistake matches what stands before the sentence about an operator's mistake:
// where it was found out, and of which kind it is.
var mistake = lazyregexp.New(`^([a-z]+\.[A-Za-z]+(\([^)]*\))?: )*(invalid|conflict|not found): `)

// printErrors prints each of the errors that were joined on a line of its own.
func printErrors(w io.Writer, err error) {
	var joined interface{ Unwrap() []error }
	if all, ok := err.(interface{ Unwrap() []error }); ok && strings.Contains(err.Error(), "\n") {
		joined = all
	}
	if joined == nil {
		fmt.Fprintln(w, "sealform:", mistake().ReplaceAllString(strings.TrimSpace(err.Error()), ""))
		return
	}
	for _, one := range joined.Unwrap() {
		printErrors(w, one)
	}
}

// join runs after the work and keeps the first failure as well as its own.
func join(err *error, more error) { *err = errors.Join(*err, more) }
