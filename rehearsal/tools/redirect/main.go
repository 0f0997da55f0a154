// Command redirect does in a simulated pod's network namespace what the istio-init container does in a
// real pod: it sends inbound TCP connections to the sidecar's port 15006 and outbound ones to 15001.
//
// It speaks to the kernel's nf_tables directly, because neither nft nor iptables is on every machine.
// Envoy's own outbound connections are told apart by their mark: telling them by user id, as istio-init
// does, takes a second one, which an unprivileged user namespace does not have.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "redirect:", err)
		os.Exit(1)
	}
}

// selection says which connections are redirected. Ports and ranges are lists; `*` stands for all.
type selection struct {
	toPort                       uint16
	excludedPorts, includedPorts ports
	excludedRanges               ranges
	includedRanges               ranges
}

func run(args []string) error {
	var inbound, outbound selection
	var mark uint
	flags := flag.NewFlagSet("redirect", flag.ContinueOnError)
	for _, each := range []struct {
		prefix string
		to     *selection
	}{{"inbound", &inbound}, {"outbound", &outbound}} {
		flags.Func(each.prefix+"-to", "port that connections are sent to", func(text string) (err error) {
			each.to.toPort, err = port(text)
			return err
		})
		flags.Var(&each.to.excludedPorts, each.prefix+"-exclude-ports", "ports left alone")
		flags.Var(&each.to.includedPorts, each.prefix+"-include-ports", "ports that are sent there")
		flags.Var(&each.to.excludedRanges, each.prefix+"-exclude-ranges", "address ranges left alone")
		flags.Var(&each.to.includedRanges, each.prefix+"-include-ranges", "address ranges that are sent there")
	}
	flags.UintVar(&mark, "mark", 0, "mark of the sidecar's own connections")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if inbound.toPort == 0 || outbound.toPort == 0 || mark == 0 || flags.NArg() > 0 {
		return errors.New("--inbound-to, --outbound-to and --mark are needed, and nothing but flags")
	}
	kernel, err := nftables.New()
	if err != nil {
		return err
	}
	table := kernel.AddTable(&nftables.Table{Name: "sidecar", Family: nftables.TableFamilyIPv4})
	chain := func(name string, hook *nftables.ChainHook) ruleWriter {
		return ruleWriter{kernel, kernel.AddChain(&nftables.Chain{
			Name:     name,
			Table:    table,
			Type:     nftables.ChainTypeNAT,
			Hooknum:  hook,
			Priority: nftables.ChainPriorityNATDest,
		})}
	}
	// No rule matches anything but TCP: DNS and other datagrams go where they are sent.
	chain("inbound", nftables.ChainHookPrerouting).redirect(inbound)
	out := chain("outbound", nftables.ChainHookOutput)
	// The sidecar sends from there what has come in already.
	out.leave(source(inboundSource))
	// The sidecar sends to its own pod, as where a Service picks it as its endpoint, what must come in by the inbound
	// listener like anybody's.
	out.send(append(append(marked(uint32(mark)), loopback()...), outsideRange(loopbackRange)...), inbound.toPort)
	out.leave(marked(uint32(mark)))
	// What stays in the pod, also where it is sent to the pod's own address.
	out.leave(loopback())
	out.redirect(outbound)
	return kernel.Flush()
}

var inboundSource = netip.MustParseAddr("127.0.0.6")

var loopbackRange = netip.MustParsePrefix("127.0.0.0/8")

type ruleWriter struct {
	kernel *nftables.Conn
	chain  *nftables.Chain
}

// redirect writes the rules of a selection in istio-init's order: what is left alone, then what is sent.
func (w ruleWriter) redirect(s selection) {
	for _, number := range s.excludedPorts.listed {
		w.leave(destinationPort(number))
	}
	for _, prefix := range s.excludedRanges.listed {
		w.leave(destinationRange(prefix))
	}
	if s.includedPorts.all || s.includedRanges.all {
		w.send(nil, s.toPort)
		return
	}
	for _, number := range s.includedPorts.listed {
		w.send(destinationPort(number), s.toPort)
	}
	for _, prefix := range s.includedRanges.listed {
		w.send(destinationRange(prefix), s.toPort)
	}
}

func (w ruleWriter) leave(matches []expr.Any) {
	w.add(append(matches, &expr.Verdict{Kind: expr.VerdictReturn}))
}

func (w ruleWriter) send(matches []expr.Any, to uint16) {
	w.add(append(matches,
		&expr.Immediate{Register: 1, Data: binaryutil.BigEndian.PutUint16(to)},
		&expr.Redir{RegisterProtoMin: 1},
	))
}

func (w ruleWriter) add(exprs []expr.Any) {
	w.kernel.AddRule(&nftables.Rule{Table: w.chain.Table, Chain: w.chain, Exprs: append(tcp(), exprs...)})
}

// tcp matches every TCP segment.
func tcp() []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{unix.IPPROTO_TCP}},
	}
}

func marked(mark uint32) []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyMARK, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: binaryutil.NativeEndian.PutUint32(mark)},
	}
}

func loopback() []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyOIFNAME, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: append([]byte("lo"), make([]byte, unix.IFNAMSIZ-2)...)},
	}
}

// destinationPort matches segments to one port.
func destinationPort(number uint16) []expr.Any {
	return []expr.Any{
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: binaryutil.BigEndian.PutUint16(number)},
	}
}

// destinationRange matches packets to addresses of an IPv4 range.
func destinationRange(prefix netip.Prefix) []expr.Any {
	mask := uint32(0)
	if prefix.Bits() > 0 {
		mask = ^uint32(0) << (32 - prefix.Bits())
	}
	address := prefix.Masked().Addr().As4()
	return []expr.Any{
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: 16, Len: 4},
		&expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: 4,
			Mask: binaryutil.BigEndian.PutUint32(mask), Xor: make([]byte, 4)},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: address[:]},
	}
}

// source matches packets from one IPv4 address.
func source(address netip.Addr) []expr.Any {
	bytes := address.As4()
	return []expr.Any{
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: 12, Len: 4},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: bytes[:]},
	}
}

// outsideRange matches packets to all other addresses than those of an IPv4 range.
func outsideRange(prefix netip.Prefix) []expr.Any {
	matches := destinationRange(prefix)
	matches[len(matches)-1].(*expr.Cmp).Op = expr.CmpOpNeq
	return matches
}

type ports struct {
	all    bool
	listed []uint16
}

func (p *ports) String() string { return fmt.Sprint(p.listed) }

func (p *ports) Set(text string) error {
	return eachOf(text, &p.all, func(item string) error {
		number, err := port(item)
		p.listed = append(p.listed, number)
		return err
	})
}

type ranges struct {
	all    bool
	listed []netip.Prefix
}

func (r *ranges) String() string { return fmt.Sprint(r.listed) }

func (r *ranges) Set(text string) error {
	return eachOf(text, &r.all, func(item string) error {
		prefix, err := netip.ParsePrefix(item)
		if err != nil {
			return fmt.Errorf("%q is no address range such as 10.0.0.0/8", item)
		}
		// Pods of a rehearsal have IPv4 addresses only.
		if prefix.Addr().Is4() {
			r.listed = append(r.listed, prefix)
		}
		return nil
	})
}

func eachOf(text string, all *bool, add func(item string) error) error {
	for _, item := range strings.Split(text, ",") {
		item = strings.TrimSpace(item)
		if item == "*" {
			*all = true
		} else if item != "" {
			if err := add(item); err != nil {
				return err
			}
		}
	}
	return nil
}

func port(text string) (uint16, error) {
	number, err := strconv.ParseUint(text, 10, 16)
	if err != nil || number == 0 {
		return 0, fmt.Errorf("%q is no port (1-65535)", text)
	}
	return uint16(number), nil
}
