// Command network-policy does in a simulated pod's network namespace what a cluster's network does at the
// pod's end of its link: it holds the pod to what NetworkPolicies let it receive and send.
//
// It reads the rules as JSON from standard input and puts them in place of those that were there, at once. Like
// redirect it speaks to the kernel's nf_tables directly.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

func main() {
	if err := run(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "network-policy:", err)
		os.Exit(1)
	}
}

// rules are what a pod may receive and send; null is everything.
type rules struct {
	Ingress *[]admission `json:"ingress"`
	Egress  *[]admission `json:"egress"`
}

// admission lets through packets of new connections from or to addresses, on ports; null is every port of every
// protocol.
type admission struct {
	Ranges []netip.Prefix `json:"ranges"`
	Except []netip.Prefix `json:"except"`
	Ports  *[]ports       `json:"ports"`
}

type ports struct {
	Protocol string `json:"protocol"`
	First    uint16 `json:"first"`
	Last     uint16 `json:"last"`
}

// An end of a packet: where its address and its port stand in the headers of IPv4 and of TCP or UDP.
type end struct{ address, port uint32 }

var (
	sender   = end{address: 12, port: 2}
	receiver = end{address: 16, port: 2}
)

func run(input io.Reader) error {
	var wanted rules
	decoder := json.NewDecoder(input)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&wanted); err != nil {
		return err
	}
	kernel, err := nftables.New()
	if err != nil {
		return err
	}
	table := &nftables.Table{Name: "network-policy", Family: nftables.TableFamilyIPv4}
	// One that is not there cannot be deleted.
	kernel.AddTable(table)
	kernel.DelTable(table)
	kernel.AddTable(table)
	if wanted.Ingress != nil {
		// Before the sidecar's redirection, which changes the port.
		into := chain(kernel, table, "ingress", nftables.ChainHookPrerouting, nftables.ChainPriorityMangle)
		into.accept(throughLoopback(expr.MetaKeyIIFNAME))
		if err := into.hold(*wanted.Ingress, sender); err != nil {
			return err
		}
	}
	if wanted.Egress != nil {
		// Behind the sidecar's redirection: what goes to the sidecar does not leave the pod.
		out := chain(kernel, table, "egress", nftables.ChainHookOutput, nftables.ChainPriorityFilter)
		out.accept(throughLoopback(expr.MetaKeyOIFNAME))
		out.accept(within(receiver, loopback))
		if err := out.hold(*wanted.Egress, receiver); err != nil {
			return err
		}
	}
	return kernel.Flush()
}

var loopback = netip.MustParsePrefix("127.0.0.0/8")

type chainWriter struct {
	kernel *nftables.Conn
	chain  *nftables.Chain
}

func chain(
	kernel *nftables.Conn, table *nftables.Table, name string, hook *nftables.ChainHook, priority *nftables.ChainPriority,
) chainWriter {
	return chainWriter{kernel, kernel.AddChain(&nftables.Chain{
		Name: name, Table: table, Type: nftables.ChainTypeFilter, Hooknum: hook, Priority: priority,
	})}
}

// hold accepts what belongs to connections that exist and what is admitted, and refuses the rest. A network that drops
// it instead would let whoever asks wait until its own time is up.
func (w chainWriter) hold(admitted []admission, peer end) error {
	w.accept(established())
	for _, each := range admitted {
		if err := w.admit(each, peer); err != nil {
			return err
		}
	}
	w.add(protocol(unix.IPPROTO_TCP), &expr.Reject{Type: unix.NFT_REJECT_TCP_RST})
	w.add(nil, &expr.Reject{Type: unix.NFT_REJECT_ICMP_UNREACH, Code: adminProhibited})
	return nil
}

// adminProhibited is ICMP's code for what a policy forbids.
const adminProhibited = 13

func (w chainWriter) admit(each admission, peer end) error {
	for _, prefix := range each.Ranges {
		if !prefix.Addr().Is4() {
			continue
		}
		addresses := within(peer, prefix)
		for _, excepted := range each.Except {
			if excepted.Addr().Is4() {
				addresses = append(addresses, outside(peer, excepted)...)
			}
		}
		if each.Ports == nil {
			w.accept(addresses)
			continue
		}
		for _, one := range *each.Ports {
			number, known := map[string]byte{"tcp": unix.IPPROTO_TCP, "udp": unix.IPPROTO_UDP}[one.Protocol]
			if !known || one.First > one.Last {
				return errors.New("ports are of tcp or udp, and the first is not above the last")
			}
			matches := append(protocol(number), addresses...)
			w.accept(append(matches, portWithin(receiver, one.First, one.Last)...))
		}
	}
	return nil
}

func (w chainWriter) accept(matches []expr.Any) {
	w.add(matches, &expr.Verdict{Kind: expr.VerdictAccept})
}

func (w chainWriter) add(matches []expr.Any, verdict expr.Any) {
	w.kernel.AddRule(&nftables.Rule{
		Table: w.chain.Table, Chain: w.chain, Exprs: append(append([]expr.Any{}, matches...), verdict),
	})
}

func throughLoopback(key expr.MetaKey) []expr.Any {
	name := append([]byte("lo"), make([]byte, unix.IFNAMSIZ-2)...)
	return []expr.Any{
		&expr.Meta{Key: key, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: name},
	}
}

func established() []expr.Any {
	states := uint32(expr.CtStateBitESTABLISHED | expr.CtStateBitRELATED)
	return []expr.Any{
		&expr.Ct{Key: expr.CtKeySTATE, Register: 1},
		&expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: 4,
			Mask: binaryutil.NativeEndian.PutUint32(states), Xor: make([]byte, 4)},
		&expr.Cmp{Op: expr.CmpOpNeq, Register: 1, Data: make([]byte, 4)},
	}
}

func protocol(number byte) []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{number}},
	}
}

func within(of end, prefix netip.Prefix) []expr.Any { return addressIs(expr.CmpOpEq, of, prefix) }

func outside(of end, prefix netip.Prefix) []expr.Any { return addressIs(expr.CmpOpNeq, of, prefix) }

func addressIs(op expr.CmpOp, of end, prefix netip.Prefix) []expr.Any {
	mask := uint32(0)
	if prefix.Bits() > 0 {
		mask = ^uint32(0) << (32 - prefix.Bits())
	}
	address := prefix.Masked().Addr().As4()
	return []expr.Any{
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: of.address, Len: 4},
		&expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: 4,
			Mask: binaryutil.BigEndian.PutUint32(mask), Xor: make([]byte, 4)},
		&expr.Cmp{Op: op, Register: 1, Data: address[:]},
	}
}

func portWithin(of end, first, last uint16) []expr.Any {
	return []expr.Any{
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: of.port, Len: 2},
		&expr.Cmp{Op: expr.CmpOpGte, Register: 1, Data: binaryutil.BigEndian.PutUint16(first)},
		&expr.Cmp{Op: expr.CmpOpLte, Register: 1, Data: binaryutil.BigEndian.PutUint16(last)},
	}
}
