using System.Collections.Frozen;
using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>Decodes the canonical built-ins of WASI 0.3, so that a component that has them is refused by their name and not as malformed.</summary>
internal static class AsyncBuiltins
{
    // What follows the code: f a flag, i an index or number, o options, r a result list, v a core value type.
    private static readonly FrozenDictionary<byte, Builtin> Builtins = new Dictionary<byte, Builtin>
    {
        [0x05] = new("task.cancel", ""),
        [0x06] = new("subtask.cancel", "f"),
        [0x09] = new("task.return", "ro"),
        [0x0A] = new("context.get", "vi"),
        [0x0B] = new("context.set", "vi"),
        [0x0C] = new("thread.yield", "f"),
        [0x0D] = new("subtask.drop", ""),
        [0x0E] = new("stream.new", "i"),
        [0x0F] = new("stream.read", "io"),
        [0x10] = new("stream.write", "io"),
        [0x11] = new("stream.cancel-read", "if"),
        [0x12] = new("stream.cancel-write", "if"),
        [0x13] = new("stream.drop-readable", "i"),
        [0x14] = new("stream.drop-writable", "i"),
        [0x15] = new("future.new", "i"),
        [0x16] = new("future.read", "io"),
        [0x17] = new("future.write", "io"),
        [0x18] = new("future.cancel-read", "if"),
        [0x19] = new("future.cancel-write", "if"),
        [0x1A] = new("future.drop-readable", "i"),
        [0x1B] = new("future.drop-writable", "i"),
        [0x1C] = new("error-context.new", "o"),
        [0x1D] = new("error-context.debug-message", "o"),
        [0x1E] = new("error-context.drop", ""),
        [0x1F] = new("waitable-set.new", ""),
        [0x20] = new("waitable-set.wait", "fi"),
        [0x21] = new("waitable-set.poll", "fi"),
        [0x22] = new("waitable-set.drop", ""),
        [0x23] = new("waitable.join", ""),
        [0x24] = new("backpressure.inc", ""),
        [0x25] = new("backpressure.dec", ""),
        [0x26] = new("thread.index", ""),
        [0x27] = new("thread.new-indirect", "ii"),
        [0x28] = new("thread.resume-later", ""),
        [0x29] = new("thread.suspend", "f"),
        [0x2A] = new("thread.suspend-then-resume", "f"),
        [0x2B] = new("thread.yield-then-resume", "f"),
        [0x2C] = new("thread.suspend-then-promote", "f"),
        [0x2D] = new("thread.yield-then-promote", "f"),
        [0x40] = new("thread.spawn-ref", "fi"),
        [0x41] = new("thread.spawn-indirect", "fii"),
        [0x42] = new("thread.available-parallelism", "f"),
    }.ToFrozenDictionary();

    internal static CanonRefused Read(ref ByteReader reader, byte code, int start, DecodingBudget budget)
    {
        if (!Builtins.TryGetValue(code, out var builtin))
        {
            throw reader.UnknownByte(code, "canonical function", start);
        }
        foreach (var immediate in builtin.Immediates)
        {
            Skip(ref reader, immediate, budget);
        }
        return new CanonRefused(start, builtin.Name, code >= 0x40 ? Feature.Threads : Feature.Async);
    }

    private static void Skip(ref ByteReader reader, char immediate, DecodingBudget budget)
    {
        switch (immediate)
        {
            case 'f':
                reader.ReadPresence("a flag");
                break;
            case 'i':
                reader.ReadU32();
                break;
            case 'o':
                CanonOptionsReader.Read(ref reader, budget);
                break;
            case 'r':
                ValTypeReader.ReadResult(ref reader);
                break;
            default:
                reader.ReadByte();
                break;
        }
    }

    private sealed record Builtin(string Name, string Immediates);
}
