using Tapedeck.Components;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Io;

/// <summary><see href="https://github.com/WebAssembly/wasi-io/blob/main/wit/poll.wit"><c>wasi:io/poll</c></see>.</summary>
internal static class Poll
{
    internal static readonly HostResource Pollable = Resources.Plain("pollable");

    internal static WasiInterface Make() => new WasiInterface("wasi:io/poll@0.2.12", new WitScope().Resource("pollable", Pollable), Pollable)
        .Func<Pollable, bool>("[method]pollable.ready", "func() -> bool", static (_, pollable) => pollable.IsReady)
        .Wait<Pollable>("[method]pollable.block", "func()", static (call, pollable) => Io.Pollable.WhenAny([pollable], call.Cancellation))
        .Wait<WitValue, WitValue>("poll", "func(in: list<borrow<pollable>>) -> list<u32>", PollMany);

    /// <summary>Waits until at least one is ready, and gives the places of those that are. Traps where the list is empty.</summary>
    private static async ValueTask<WitValue> PollMany(Call call, WitValue list)
    {
        if (list.Count == 0)
        {
            throw new TrapException("poll needs at least one pollable");
        }
        var pollables = new Pollable[list.Count];
        for (var index = 0; index < pollables.Length; index++)
        {
            pollables[index] = (Pollable)list[index].AsHandle();
        }
        // A list may name one of them a million times.
        await Io.Pollable.WhenAny(pollables.ToHashSet(), call.Cancellation);
        return WitValue.Packed<uint>(Indices, Enumerable.Range(0, pollables.Length).Where(index => pollables[index].IsReady).Select(static index => (uint)index).ToArray());
    }

    private static readonly Components.Types.ListType Indices = new(Components.Types.WitType.U32);
}
