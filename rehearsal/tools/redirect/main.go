// Command redirect does in a simulated pod's network namespace what the istio-init container does in a
// real pod: it sends inbound TCP connections to the sidecar's port 15006, and outbound ones to 15001.
//
// It speaks to the kernel's nf_tables directly, because neither nft nor iptables is on every machine.
// Istio tells Envoy's own connections by their user id. An unprivileged user namespace has only one, so
// that Envoy marks them instead, by its bootstrap.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

const usage = `usage: redirect '{"inbound": {"toPort": 15006, "excludedPorts": []}, "outbound": ` +
	`{"toPort": 15001, "mark": 1337, "excludedPorts": [], "excludedRanges": [], "onlyPorts": [], "onlyRanges": []}}'`

type inbound struct {
	ToPort        uint16   `json:"toPort"`
	ExcludedPorts []uint16 `json:"excludedPorts"`
}

type outbound struct {
	ToPort         uint16         `json:"toPort"`
	Mark           uint32         `json:"mark"`
	ExcludedPorts  []uint16       `json:"excludedPorts"`
	ExcludedRanges []netip.Prefix `json:"excludedRanges"`
	// Empty for all.
	OnlyPorts  []uint16       `json:"onlyPorts"`
	OnlyRanges []netip.Prefix `json:"onlyRanges"`
}

type redirection struct {
	Inbound  inbound   `json:"inbound"`
	Outbound *outbound `json:"outbound"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "redirect:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New(usage)
	}
	var wanted redirection
	if err := json.Unmarshal([]byte(args[0]), &wanted); err != nil {
		return fmt.Errorf("%w; %s", err, usage)
	}
	kernel, err := nftables.New()
	if err != nil {
		return err
	}
	table := kernel.AddTable(&nftables.Table{Name: "sidecar", Family: nftables.TableFamilyIPv4})
	chains := rules{kernel, table}
	chains.inbound(wanted.Inbound)
	if wanted.Outbound != nil {
		chains.outbound(*wanted.Outbound)
	}
	return kernel.Flush()
}

type rules struct {
	kernel *nftables.Conn
	table  *nftables.Table
}

func (r rules) chain(name string, hook *nftables.ChainHook) *nftables.Chain {
	return r.kernel.AddChain(&nftables.Chain{
		Name:     name,
		Table:    r.table,
		Type:     nftables.ChainTypeNAT,
		Hooknum:  hook,
		Priority: nftables.ChainPriorityNATDest,
	})
}

func (r rules) add(chain *nftables.Chain, matches []expr.Any, actions ...expr.Any) {
	r.kernel.AddRule(&nftables.Rule{Table: r.table, Chain: chain, Exprs: append(matches, actions...)})
}

func (r rules) inbound(wanted inbound) {
	chain := r.chain("inbound", nftables.ChainHookPrerouting)
	for _, port := range wanted.ExcludedPorts {
		r.add(chain, tcpTo(port), leave())
	}
	r.add(chain, tcp(), redirectTo(wanted.ToPort)...)
}

func (r rules) outbound(wanted outbound) {
	chain := r.chain("outbound", nftables.ChainHookOutput)
	r.add(chain, marked(wanted.Mark), leave())
	for _, excluded := range wanted.ExcludedRanges {
		r.add(chain, toRange(excluded), leave())
	}
	for _, port := range wanted.ExcludedPorts {
		r.add(chain, tcpTo(port), leave())
	}
	for _, port := range wanted.OnlyPorts {
		r.add(chain, tcpTo(port), redirectTo(wanted.ToPort)...)
	}
	for _, only := range wanted.OnlyRanges {
		r.add(chain, append(tcp(), toRange(only)...), redirectTo(wanted.ToPort)...)
	}
	if len(wanted.OnlyPorts)+len(wanted.OnlyRanges) == 0 {
		r.add(chain, tcp(), redirectTo(wanted.ToPort)...)
	}
}

func leave() expr.Any {
	return &expr.Verdict{Kind: expr.VerdictReturn}
}

func redirectTo(port uint16) []expr.Any {
	return []expr.Any{
		&expr.Immediate{Register: 1, Data: binaryutil.BigEndian.PutUint16(port)},
		&expr.Redir{RegisterProtoMin: 1},
	}
}

// marked matches packets of sockets with a mark.
func marked(mark uint32) []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyMARK, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: binaryutil.NativeEndian.PutUint32(mark)},
	}
}

// toRange matches packets to addresses of an IPv4 range.
func toRange(addresses netip.Prefix) []expr.Any {
	first := addresses.Masked().Addr().As4()
	mask := make([]byte, 4)
	for bit := range addresses.Bits() {
		mask[bit/8] |= 0x80 >> (bit % 8)
	}
	return []expr.Any{
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: 16, Len: 4},
		&expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: 4, Mask: mask, Xor: make([]byte, 4)},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: first[:]},
	}
}

// tcp matches every TCP segment.
func tcp() []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{unix.IPPROTO_TCP}},
	}
}

// tcpTo matches TCP segments to one port.
func tcpTo(number uint16) []expr.Any {
	return append(tcp(),
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: binaryutil.BigEndian.PutUint16(number)},
	)
}
