package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	lookInterval   = 250 * time.Millisecond
	followInterval = 100 * time.Millisecond
)

// logOptions are what `kubectl logs` asks for; tail and limit are -1 where it does not.
type logOptions struct {
	follow     bool
	timestamps bool
	tail       int64
	limit      int64
	since      time.Time
}

func logOptionsOf(query url.Values) (logOptions, error) {
	options := logOptions{tail: -1, limit: -1}
	var err error
	number := func(name string, target *int64) {
		if text := query.Get(name); text != "" && err == nil {
			*target, err = strconv.ParseInt(text, 10, 64)
		}
	}
	flag := func(name string, target *bool) {
		if text := query.Get(name); text != "" && err == nil {
			*target, err = strconv.ParseBool(text)
		}
	}
	var previous bool
	seconds := int64(-1)
	flag("follow", &options.follow)
	flag("timestamps", &options.timestamps)
	flag("previous", &previous)
	number("tailLines", &options.tail)
	number("limitBytes", &options.limit)
	number("sinceSeconds", &seconds)
	if seconds >= 0 {
		options.since = time.Now().Add(-time.Duration(seconds) * time.Second)
	}
	if text := query.Get("sinceTime"); text != "" && err == nil {
		options.since, err = time.Parse(time.RFC3339, text)
	}
	if previous && err == nil {
		err = errors.New("a rehearsal keeps one log for all runs of a container: ask without --previous")
	}
	return options, err
}

// writeLogs writes what a container has printed, and what it goes on to print where that is asked for.
func writeLogs(ctx context.Context, w http.ResponseWriter, c container, options logOptions, history *history) error {
	path := c.path(".log")
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		// A simulated container says nothing.
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	offset, err := startOf(file, history.sizeAt(path, options.since), options.tail)
	if err != nil {
		return err
	}
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	out := &limitedWriter{writer: w, left: options.limit}
	reader := bufio.NewReader(file)
	atLineStart := true
	for {
		// Asked before reading: what it printed last is still read.
		running := isRunning(c)
		for {
			line, err := reader.ReadString('\n')
			shown := line
			if line != "" && options.timestamps && atLineStart {
				shown = history.timeOf(path, offset).UTC().Format(time.RFC3339Nano) + " " + line
			}
			if _, failed := io.WriteString(out, shown); failed != nil {
				return nil
			}
			offset += int64(len(line))
			if line != "" {
				atLineStart = err == nil
			}
			if err != nil {
				break
			}
		}
		if !options.follow || !running {
			return nil
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(followInterval):
		}
	}
}

func isRunning(c container) bool {
	pid, err := c.pid()
	return err == nil && syscall.Kill(pid, 0) == nil
}

// startOf is where the last lines of a file begin, no earlier than an offset; all lines where tail is negative.
func startOf(file *os.File, earliest, tail int64) (int64, error) {
	if tail < 0 {
		return earliest, nil
	}
	if _, err := file.Seek(earliest, io.SeekStart); err != nil {
		return 0, err
	}
	starts := []int64{earliest}
	reader := bufio.NewReader(file)
	at := earliest
	for {
		line, err := reader.ReadSlice('\n')
		at += int64(len(line))
		if len(line) > 0 && line[len(line)-1] == '\n' {
			starts = append(starts, at)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			break
		}
	}
	// Behind the last line break there may be nothing.
	if starts[len(starts)-1] == at {
		starts = starts[:len(starts)-1]
	}
	if tail == 0 || len(starts) == 0 {
		return at, nil
	}
	return starts[max(0, int64(len(starts))-tail)], nil
}

// limitedWriter refuses what is beyond its limit; a negative one is none.
type limitedWriter struct {
	writer io.Writer
	left   int64
}

func (l *limitedWriter) Write(data []byte) (int, error) {
	if l.left < 0 {
		return l.writer.Write(data)
	}
	if int64(len(data)) > l.left {
		data = data[:l.left]
	}
	count, err := l.writer.Write(data)
	l.left -= int64(count)
	if err == nil && l.left == 0 {
		err = fmt.Errorf("the limit is reached")
	}
	return count, err
}

// history knows when the logs had which size: the programs' own lines have no times.
type history struct {
	folder string
	lock   sync.Mutex
	sizes  map[string][]observed
}

type observed struct {
	time time.Time
	size int64
}

func newHistory(folder string) *history {
	return &history{folder: folder, sizes: map[string][]observed{}}
}

func (h *history) run() {
	for {
		h.look(time.Now())
		time.Sleep(lookInterval)
	}
}

func (h *history) look(now time.Time) {
	paths, _ := filepath.Glob(filepath.Join(h.folder, "*", "*.log"))
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		h.lock.Lock()
		seen := h.sizes[path]
		if len(seen) == 0 || seen[len(seen)-1].size != info.Size() {
			h.sizes[path] = append(seen, observed{now, info.Size()})
		}
		h.lock.Unlock()
	}
}

// sizeAt is the size that a log had at a time, as far as it was looked at.
func (h *history) sizeAt(path string, at time.Time) int64 {
	h.lock.Lock()
	defer h.lock.Unlock()
	seen := h.sizes[path]
	after := sort.Search(len(seen), func(i int) bool { return seen[i].time.After(at) })
	if after == 0 {
		return 0
	}
	return seen[after-1].size
}

// timeOf is when what stands at an offset of a log was first seen.
func (h *history) timeOf(path string, offset int64) time.Time {
	h.lock.Lock()
	defer h.lock.Unlock()
	seen := h.sizes[path]
	first := sort.Search(len(seen), func(i int) bool { return seen[i].size > offset })
	if first == len(seen) {
		return time.Now()
	}
	return seen[first].time
}
