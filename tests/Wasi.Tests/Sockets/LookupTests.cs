using System.Net;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Sockets;
using Tapedeck.Wasi.Tests.Http;
using Xunit;

namespace Tapedeck.Wasi.Tests.Sockets;

/// <summary>A name server that never answers, which a guest may own together with the domain that it is granted.</summary>
public sealed class LookupTests
{
    private const string Policy = "network: {allow: [{host: '*.example.com'}]}";

    private readonly TaskCompletionSource<IPAddress[]> _silence = new();
    private int _begun;

    [Fact]
    public async Task Guests_have_few_look_ups_under_way_and_keep_nobody_else_waiting()
    {
        var options = Options(new HostLookups(20));
        using var hostile = new TestGuest(Policy, options);
        for (var number = 0; number < 1_000; number++)
        {
            var lookup = Begin(hostile, $"n{number}.example.com");
            if (number % 2 == 0)
            {
                hostile.Drop("wasi:sockets/ip-name-lookup", "resolve-address-stream", lookup);
            }
        }
        Assert.Equal(4, _begun);

        using var other = new TestGuest(Policy, options with { Resolve = _ => Task.FromResult<IPAddress[]>([IPAddress.Parse(TestNetwork.PublicAddress)]) });
        Assert.Equal([IPAddress.Parse(TestNetwork.PublicAddress)], await Begin(other, "api.example.com").Addresses);
    }

    [Fact]
    public void Look_ups_whose_call_has_ended_keep_their_places_until_they_are_over()
    {
        var lookups = new HostLookups(6);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            using var guest = new TestGuest(Policy, Options(lookups));
            for (var number = 0; number < 10; number++)
            {
                Begin(guest, $"n{number}.example.com");
            }
            guest.Cancel();
        }
        Assert.Equal(6, _begun);

        _silence.SetResult([]);
        using var next = new TestGuest(Policy, Options(lookups));
        Assert.Equal("name-unresolvable", Outcome(next, Begin(next, "api.example.com")));
        Assert.Equal(7, _begun);
    }

    [Fact]
    public void A_look_up_that_is_dropped_is_not_waited_for()
    {
        using var guest = new TestGuest(Policy, Options(new HostLookups(20)));
        var lookup = Begin(guest, "api.example.com");
        guest.Drop("wasi:sockets/ip-name-lookup", "resolve-address-stream", lookup);
        Assert.True(lookup.Addresses.IsCanceled);
    }

    private WasiOptions Options(HostLookups lookups) => new()
    {
        Lookups = lookups,
        Resolve = _ =>
        {
            Interlocked.Increment(ref _begun);
            return _silence.Task;
        },
    };

    private static AddressLookup Begin(TestGuest guest, string name) => guest.Own<AddressLookup>("wasi:sockets/ip-name-lookup", "resolve-addresses", new object(), name);

    private static string Outcome(TestGuest guest, AddressLookup lookup)
    {
        guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call("wasi:sockets/ip-name-lookup", "[method]resolve-address-stream.subscribe", lookup)!.Value.AsHandle());
        return guest.Outcome("wasi:sockets/ip-name-lookup", "[method]resolve-address-stream.resolve-next-address", lookup);
    }
}
