using System.Net.Sockets;
using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Sockets;

/// <summary><see href="https://github.com/WebAssembly/wasi-sockets/blob/main/wit/network.wit"><c>wasi:sockets/network</c></see>.</summary>
internal static class Network
{
    internal static readonly HostResource Resource = Resources.Plain("network");

    internal static readonly WitScope Names = new WitScope()
        .Resource("error", Error.Resource)
        .Resource("network", Resource)
        .Define("""
            enum error-code {
                unknown, access-denied, not-supported, invalid-argument, out-of-memory, timeout, concurrency-conflict, not-in-progress, would-block, invalid-state,
                new-socket-limit, address-not-bindable, address-in-use, remote-unreachable, connection-refused, connection-reset, connection-aborted,
                datagram-too-large, name-unresolvable, temporary-resolver-failure, permanent-resolver-failure
            }
            enum ip-address-family { ipv4, ipv6 }
            type ipv4-address = tuple<u8, u8, u8, u8>
            type ipv6-address = tuple<u16, u16, u16, u16, u16, u16, u16, u16>
            variant ip-address { ipv4(ipv4-address), ipv6(ipv6-address) }
            record ipv4-socket-address { port: u16, address: ipv4-address }
            record ipv6-socket-address { port: u16, flow-info: u32, address: ipv6-address, scope-id: u32 }
            variant ip-socket-address { ipv4(ipv4-socket-address), ipv6(ipv6-socket-address) }
            type maybe-code = option<error-code>
            """);

    internal static WasiInterface Make() => new WasiInterface("wasi:sockets/network@0.2.12", Names, Resource)
        .Func<IoError, WitValue>("network-error-code", "func(err: borrow<error>) -> option<error-code>", static (_, error) => error.Cause is SocketErrorCode code
            ? WitValue.Some((OptionType)Names["maybe-code"], WitValue.Enum((EnumType)Names["error-code"], (int)code))
            : WitValue.None((OptionType)Names["maybe-code"]));

    /// <summary>The types that the other interfaces use of this one.</summary>
    internal static WitScope Use() => new WitScope()
        .Resource("network", Resource)
        .Resource("pollable", Poll.Pollable)
        .Use("error-code", Names["error-code"])
        .Use("ip-address", Names["ip-address"])
        .Use("ip-address-family", Names["ip-address-family"])
        .Use("ip-socket-address", Names["ip-socket-address"]);

    internal static AddressFamily Family(WitValue family) => family.CaseIndex == 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    internal static WitValue Family(AddressFamily family) => WitValue.Enum((EnumType)Names["ip-address-family"], family == AddressFamily.InterNetwork ? 0 : 1);
}
