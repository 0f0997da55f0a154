// Command redirect does in a simulated pod's network namespace what the istio-init container does in a
// real pod: it sends inbound TCP connections to the sidecar's port 15006.
//
// It speaks to the kernel's nf_tables directly, because neither nft nor iptables is on every machine.
// Outbound connections are left alone: telling Envoy's from the application's takes a second user id,
// which an unprivileged user namespace does not have.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

const usage = "usage: redirect <to port> [<port left alone>,...]"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "redirect:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return errors.New(usage)
	}
	to, err := port(args[0])
	if err != nil {
		return err
	}
	kernel, err := nftables.New()
	if err != nil {
		return err
	}
	table := kernel.AddTable(&nftables.Table{Name: "sidecar", Family: nftables.TableFamilyIPv4})
	inbound := kernel.AddChain(&nftables.Chain{
		Name:     "inbound",
		Table:    table,
		Type:     nftables.ChainTypeNAT,
		Hooknum:  nftables.ChainHookPrerouting,
		Priority: nftables.ChainPriorityNATDest,
	})
	if len(args) == 2 {
		for _, text := range strings.Split(args[1], ",") {
			excluded, err := port(text)
			if err != nil {
				return err
			}
			accept := append(tcpDestination(excluded), &expr.Verdict{Kind: expr.VerdictReturn})
			kernel.AddRule(&nftables.Rule{Table: table, Chain: inbound, Exprs: accept})
		}
	}
	kernel.AddRule(&nftables.Rule{Table: table, Chain: inbound, Exprs: append(tcp(),
		&expr.Immediate{Register: 1, Data: binaryutil.BigEndian.PutUint16(to)},
		&expr.Redir{RegisterProtoMin: 1},
	)})
	return kernel.Flush()
}

// tcp matches every TCP segment.
func tcp() []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{unix.IPPROTO_TCP}},
	}
}

// tcpDestination matches TCP segments to one port.
func tcpDestination(number uint16) []expr.Any {
	return append(tcp(),
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: binaryutil.BigEndian.PutUint16(number)},
	)
}

func port(text string) (uint16, error) {
	number, err := strconv.ParseUint(text, 10, 16)
	if err != nil || number == 0 {
		return 0, fmt.Errorf("%q is no port (1-65535); %s", text, usage)
	}
	return uint16(number), nil
}
