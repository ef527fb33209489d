using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Wasi.Tests.Io;

/// <summary>The rules of <c>wasi:io</c> that hold for every stream and pollable.</summary>
public sealed class StreamTests
{
    private const string Streams = "wasi:io/streams";

    [Fact]
    public void A_write_needs_a_permit()
    {
        using var guest = new TestGuest((string?)null);
        var stdout = Stdout(guest);
        Assert.Throws<TrapException>(() => guest.Call(Streams, "[method]output-stream.write", stdout, "x"u8.ToArray()));
        var permit = (int)guest.Ok(Streams, "[method]output-stream.check-write", stdout).AsU64();
        guest.Ok(Streams, "[method]output-stream.write", stdout, new byte[permit - 1]);
        Assert.Throws<TrapException>(() => guest.Call(Streams, "[method]output-stream.write", stdout, new byte[2]));
        Assert.Throws<TrapException>(() => guest.Call(Streams, "[method]output-stream.write-zeroes", stdout, 2));
        guest.Ok(Streams, "[method]output-stream.write-zeroes", stdout, 1);
    }

    [Fact]
    public void Standard_input_is_what_the_call_was_given()
    {
        using var guest = new TestGuest(null, new WasiOptions { Stdin = "input"u8.ToArray() });
        var stdin = guest.Call("wasi:cli/stdin", "get-stdin")!.Value.AsHandle();
        Assert.Equal(2ul, guest.Ok(Streams, "[method]input-stream.skip", stdin, 2).AsU64());
        Assert.Equal("put"u8.ToArray(), guest.Ok(Streams, "[method]input-stream.blocking-read", stdin, 100).AsBytes().ToArray());
        Assert.Equal("closed", guest.Outcome(Streams, "[method]input-stream.read", stdin, 100));
    }

    [Fact]
    public void A_splice_moves_bytes()
    {
        using var guest = new TestGuest(null, new WasiOptions { Stdin = "input"u8.ToArray() });
        var stdin = guest.Call("wasi:cli/stdin", "get-stdin")!.Value.AsHandle();
        Assert.Equal(3ul, guest.Ok(Streams, "[method]output-stream.splice", Stdout(guest), stdin, 3).AsU64());
        Assert.Equal(2ul, guest.Ok(Streams, "[method]output-stream.blocking-splice", Stdout(guest), stdin, 3).AsU64());
        Assert.Equal("closed", guest.Outcome(Streams, "[method]output-stream.splice", Stdout(guest), stdin, 3));
        Assert.Equal("input", guest.State.Log.TextOf(LogSource.Stdout));
    }

    [Fact]
    public void Output_goes_to_the_log_of_the_call_up_to_its_cap()
    {
        var console = Console.Out;
        using var captured = new StringWriter();
        Console.SetOut(captured);
        try
        {
            using var guest = new TestGuest("limits: {log: 1Ki}");
            for (var index = 0; index < 100; index++)
            {
                guest.Ok(Streams, "[method]output-stream.blocking-write-and-flush", Stdout(guest), new byte[100]);
                guest.Call("wasi:logging/logging", "log", "info", "c", "message");
            }
            Assert.InRange(guest.State.Log.Pieces().Sum(static piece => piece.Bytes.Length), 500, 1024);
            Assert.Equal("limit-log", guest.State.Log.Exceeded!.Code);
            Assert.Contains("info: c: message\n", guest.State.Log.TextOf(LogSource.Logging), StringComparison.Ordinal);
        }
        finally
        {
            Console.SetOut(console);
        }
        Assert.Empty(captured.ToString());
    }

    [Fact]
    public void A_blocking_write_is_of_4096_bytes_at_most()
    {
        using var guest = new TestGuest((string?)null);
        guest.Ok(Streams, "[method]output-stream.blocking-write-and-flush", Stdout(guest), new byte[4096]);
        guest.Ok(Streams, "[method]output-stream.blocking-write-zeroes-and-flush", Stdout(guest), 4096);
        Assert.Throws<TrapException>(() => guest.Call(Streams, "[method]output-stream.blocking-write-and-flush", Stdout(guest), new byte[4097]));
        Assert.Throws<TrapException>(() => guest.Call(Streams, "[method]output-stream.blocking-write-zeroes-and-flush", Stdout(guest), 4097));
        Assert.Equal(8192, guest.State.Log.BytesOf(LogSource.Stdout).Length);
    }

    [Fact]
    public async Task Writes_under_one_permit_stand_one_behind_the_other()
    {
        using var guest = new TestGuest((string?)null);
        var (first, order, underWay, most) = (new TaskCompletionSource(), new List<byte>(), 0, 0);
        using var stream = new PushedOutput(
            async bytes =>
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay));
                await (bytes.Span[0] == 1 ? first.Task : Task.CompletedTask);
                order.Add(bytes.Span[0]);
                Interlocked.Decrement(ref underWay);
            },
            static failure => new IoError(null, failure.Message));
        Assert.Equal(65536ul, guest.Ok(Streams, "[method]output-stream.check-write", stream).AsU64());
        guest.Ok(Streams, "[method]output-stream.write", stream, new byte[] { 1 });
        guest.Ok(Streams, "[method]output-stream.write", stream, new byte[] { 2 });
        Assert.Equal(0ul, guest.Ok(Streams, "[method]output-stream.check-write", stream).AsU64());
        first.SetResult();
        await stream.WhenReady(default);
        Assert.Equal([1, 2], order);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_failure_is_told_once_and_then_the_stream_is_closed()
    {
        using var guest = new TestGuest((string?)null);
        var fails = new TaskCompletionSource();
        using var stream = new PushedOutput(
            async _ =>
            {
                await fails.Task;
                throw new IOException("gone");
            },
            static failure => new IoError(null, failure.Message));
        guest.Ok(Streams, "[method]output-stream.check-write", stream);
        guest.Ok(Streams, "[method]output-stream.write", stream, new byte[] { 1 });
        guest.Ok(Streams, "[method]output-stream.write", stream, new byte[] { 2 });
        fails.SetResult();
        await stream.WhenReady(default);
        Assert.Equal("last-operation-failed", guest.Outcome(Streams, "[method]output-stream.check-write", stream));
        foreach (var function in new[] { "check-write", "flush", "blocking-flush" })
        {
            Assert.Equal("closed", guest.Outcome(Streams, $"[method]output-stream.{function}", stream));
        }
        Assert.Equal("closed", guest.Outcome(Streams, "[method]output-stream.write", stream, Array.Empty<byte>()));
        Assert.Equal("closed", guest.Outcome(Streams, "[method]output-stream.blocking-write-and-flush", stream, Array.Empty<byte>()));
    }

    [Fact]
    public void A_timer_of_no_time_is_ready()
    {
        using var guest = new TestGuest((string?)null);
        for (var attempt = 0; attempt < 100; attempt++)
        {
            Assert.True(guest.Call("wasi:io/poll", "[method]pollable.ready", Timer(guest, 0))!.Value.AsBool());
        }
    }

    [Fact]
    public void A_poll_gives_those_that_are_ready()
    {
        using var guest = new TestGuest((string?)null);
        var later = Timer(guest, 3_600_000_000_000);
        var soon = Timer(guest, 20_000_000);
        Assert.Equal([1u, 3u], Poll(guest, later, soon, later, soon));
        Assert.Equal([0u], Poll(guest, Pollable.Of(guest.State.Stdin), later));
        Assert.Throws<TrapException>(() => Poll(guest));
    }

    [Fact]
    public void A_poll_ends_with_its_call()
    {
        using var guest = new TestGuest((string?)null);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var timer = new Timer(_ => guest.Cancel(), null, 50, Timeout.Infinite);
        Assert.ThrowsAny<Exception>(() => Poll(guest, Timer(guest, 3_600_000_000_000)));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 60_000);
    }

    [Fact]
    public void One_pollable_a_hundred_thousand_times_is_one_wait()
    {
        using var guest = new TestGuest((string?)null);
        var soon = Timer(guest, 1_000_000);
        Assert.Equal(100_000, Poll(guest, [.. Enumerable.Repeat(soon, 100_000)]).Length);
    }

    [Fact]
    public void Random_bytes_are_bounded()
    {
        using var guest = new TestGuest((string?)null);
        Assert.Equal(32, guest.Call("wasi:random/random", "get-random-bytes", 32)!.Value.Count);
        Assert.Throws<TrapException>(() => guest.Call("wasi:random/random", "get-random-bytes", WitValue.U64(1UL << 60)));
        Assert.Throws<TrapException>(() => guest.Call("wasi:random/insecure", "get-insecure-random-bytes", WitValue.U64(1UL << 30)));
    }

    [Fact]
    public void Configuration_is_what_is_granted()
    {
        using var guest = new TestGuest("config: {allow: [{name: seen, value: x}]}", new WasiOptions { Config = [new("seen", "value"), new("hidden", "value")] });
        Assert.Equal("value", guest.Ok("wasi:config/store", "get", "seen").CaseValue!.Value.AsString());
        Assert.Equal("none", guest.Ok("wasi:config/store", "get", "hidden").CaseName);
        Assert.Equal(1, guest.Ok("wasi:config/store", "get-all").Count);
        using var nothing = new TestGuest(null, new WasiOptions { Config = [new("seen", "value")] });
        Assert.Equal("none", nothing.Ok("wasi:config/store", "get", "seen").CaseName);
        Assert.Equal(0, nothing.Ok("wasi:config/store", "get-all").Count);
    }

    private static object Stdout(TestGuest guest) => guest.Call("wasi:cli/stdout", "get-stdout")!.Value.AsHandle();

    private static Pollable Timer(TestGuest guest, long nanoseconds) =>
        (Pollable)guest.Call("wasi:clocks/monotonic-clock", "subscribe-duration", WitValue.U64((ulong)nanoseconds))!.Value.AsHandle();

    private static uint[] Poll(TestGuest guest, params Pollable[] pollables)
    {
        var list = new ListType(Wasi.Io.Poll.Pollable.Borrow);
        var handles = Array.ConvertAll(pollables, static pollable => WitValue.Handle(Wasi.Io.Poll.Pollable.Borrow, pollable));
        return guest.Call("wasi:io/poll", "poll", WitValue.List(list, handles))!.Value.AsPacked<uint>().ToArray();
    }
}
