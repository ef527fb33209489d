using System.Net;
using System.Net.Sockets;
using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Policy;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Sockets;

/// <summary><see href="https://github.com/WebAssembly/wasi-sockets/blob/main/wit/ip-name-lookup.wit"><c>wasi:sockets/ip-name-lookup</c></see>.</summary>
internal static class IpNameLookup
{
    private static readonly HostResource Resource = Resources.Owned("resolve-address-stream");

    private static readonly WitScope Names = Network.Use().Resource("resolve-address-stream", Resource).Define("type maybe-address = option<ip-address>");

    internal static WasiInterface Make() => new WasiInterface("wasi:sockets/ip-name-lookup@0.2.12", Names, Resource)
        .Result<object, string>("resolve-addresses", "func(network: borrow<network>, name: string) -> result<resolve-address-stream, error-code>", static (call, _, name) => Resolve(call, name))
        .Result<AddressLookup>("[method]resolve-address-stream.resolve-next-address", "func() -> result<option<ip-address>, error-code>", static (_, lookup) =>
            lookup.Next(out var address) is var code && code != SocketErrorCode.None ? Answer.Error((int)code)
            : Answer.Ok(address is null ? WitValue.None((OptionType)Names["maybe-address"]) : WitValue.Some((OptionType)Names["maybe-address"], SocketAddresses.Of(address))))
        .Func<AddressLookup, Pollable>("[method]resolve-address-stream.subscribe", "func() -> pollable", static (_, lookup) => Pollable.Of(lookup.Addresses));

    private static Answer Resolve(Call call, string name)
    {
        // An address is its own answer: nobody is asked, so there is nothing to allow.
        if (TryParseAddress(name, out var literal))
        {
            return Answer.Own(new AddressLookup(_ => Task.FromResult<IPAddress[]>([literal.ToIPAddress()]), call.Cancellation));
        }
        var state = call.State<WasiState>();
        var request = HostRequest.Dns(name);
        var decision = state.Gate.Ask(request);
        if (!decision.Allowed)
        {
            return Answer.Error((int)(decision.Reason == DecisionReason.Malformed ? SocketErrorCode.InvalidArgument : SocketErrorCode.AccessDenied));
        }
        return Answer.Own(new AddressLookup(token => Lookup(state, request.Host, token), call.Cancellation));
    }

    /// <summary>An address, one of IPv6 also in the brackets that it has in a URL.</summary>
    private static bool TryParseAddress(string name, out Address address) =>
        name is ['[', .., ']'] ? Address.TryParse(name.AsSpan(1, name.Length - 2), out address) && address.IsV6 : Address.TryParse(name, out address);

    private static async Task<IPAddress[]> Lookup(WasiState state, HostName host, CancellationToken cancellationToken)
    {
        var addresses = await state.Resolve(host.Value, cancellationToken);
        foreach (var address in addresses)
        {
            state.Names.Add(Address.From(address), host);
        }
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }
}
