package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/remotecommand"
	utilexec "k8s.io/utils/exec"
)

// pods are the folders that the rehearsal keeps, one for each pod.
type pods struct{ folder string }

type container struct {
	pods
	pod  string
	name string
}

func (c container) path(ending string) string {
	return filepath.Join(c.folder, c.pod, c.name+ending)
}

// pid is the process that the container's program runs as.
func (c container) pid() (int, error) {
	text, err := os.ReadFile(c.path(".pid"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, fmt.Errorf("no program runs in container %s: it has not started, has ended, or is simulated", c.name)
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// ExecInContainer runs a command with the network, the root folder and the environment of the container's program.
func (p pods) ExecInContainer(ctx context.Context, pod string, _ types.UID, name string, command []string,
	in io.Reader, out, errOut io.WriteCloser, tty bool, resize <-chan remotecommand.TerminalSize, _ time.Duration) error {
	pid, err := container{p, pod, name}.pid()
	if err != nil {
		return err
	}
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil {
		return err
	}
	args := []string{"--target", strconv.Itoa(pid), "--net", "--mount", "--uts", "--root", "--wd", "env", "-i"}
	args = append(args, strings.FieldsFunc(string(environment), func(r rune) bool { return r == 0 })...)
	if tty {
		args = append(args, "TERM=xterm")
	}
	process := exec.CommandContext(ctx, "nsenter", append(args, command...)...)
	process.WaitDelay = time.Second
	if tty {
		err = runOnTerminal(process, in, out, resize)
	} else {
		err = runPiped(process, in, out, errOut)
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return utilexec.CodeExitError{Err: err, Code: exit.ExitCode()}
	}
	return err
}

func runPiped(process *exec.Cmd, in io.Reader, out, errOut io.Writer) error {
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	process.Cancel = func() error { return syscall.Kill(-process.Process.Pid, syscall.SIGKILL) }
	// A nil writer in an interface would not be nil.
	if out != nil {
		process.Stdout = out
	}
	if errOut != nil {
		process.Stderr = errOut
	}
	if in == nil {
		return process.Run()
	}
	// Given as Stdin it would be waited for until the client closes it, though the command has ended.
	pipe, err := process.StdinPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(pipe, in)
		pipe.Close()
	}()
	return process.Wait()
}

func runOnTerminal(process *exec.Cmd, in io.Reader, out io.Writer, resize <-chan remotecommand.TerminalSize) error {
	terminal, err := pty.Start(process)
	if err != nil {
		return err
	}
	defer terminal.Close()
	go func() {
		for size := range resize {
			_ = pty.Setsize(terminal, &pty.Winsize{Rows: size.Height, Cols: size.Width})
		}
	}()
	if in != nil {
		go func() { _, _ = io.Copy(terminal, in) }()
	}
	if out != nil {
		// Reading fails once the command has ended.
		_, _ = io.Copy(out, terminal)
	}
	return process.Wait()
}

// PortForward joins a stream to a port on the pod's own loopback address.
func (p pods) PortForward(ctx context.Context, pod string, _ types.UID, port int32, stream io.ReadWriteCloser) error {
	connection, err := dialIn(ctx, filepath.Join(p.folder, pod, "network"), fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	defer connection.Close()
	defer stream.Close()
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(connection, stream)
		_ = connection.(*net.TCPConn).CloseWrite()
		if err != nil {
			done <- err
		}
	}()
	go func() {
		_, err := io.Copy(stream, connection)
		done <- err
	}()
	return <-done
}

// dialIn connects from inside a network namespace.
func dialIn(ctx context.Context, namespace, address string) (net.Conn, error) {
	type result struct {
		connection net.Conn
		err        error
	}
	dialled := make(chan result, 1)
	go func() {
		// The thread is never unlocked, so that it ends with this goroutine and nobody else runs in its namespace.
		runtime.LockOSThread()
		file, err := os.Open(namespace)
		if err != nil {
			dialled <- result{nil, errors.New("the pod has no network: nothing runs in it, or it is simulated")}
			return
		}
		defer file.Close()
		if err := unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); err != nil {
			dialled <- result{nil, err}
			return
		}
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp4", address)
		dialled <- result{connection, err}
	}()
	got := <-dialled
	return got.connection, got.err
}
