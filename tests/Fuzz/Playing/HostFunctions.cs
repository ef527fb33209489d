using System.Security.Cryptography;
using System.Text;
using Tapedeck.Wasm;
using static Tapedeck.Wasm.ValType;

namespace Tapedeck.Fuzz.Playing;

/// <summary>The functions that the host of a generated module has, word for word as <c>oracle.mjs</c> has them.</summary>
internal sealed class HostFunctions : IDisposable
{
    /// <summary>The functions by name.</summary>
    internal static readonly (string Name, FuncType Type)[] Types =
    [
        ("mix", new FuncType([I32, I64], [I64])),
        ("scale", new FuncType([F64, F32], [F64])),
        ("halve", new FuncType([F32], [F32])),
        ("pair", new FuncType([I32], [I32, I64])),
        ("callback", new FuncType([I32], [I32])),
        ("same", new FuncType([ExternRef], [ExternRef])),
        ("refuse", new FuncType([I32], [])),
        ("note", new FuncType([I32, I64, I32, I64, I32], [])),
    ];

    private readonly IncrementalHash _log = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The instance whose export <c>callback</c> is called; null while it starts.</summary>
    internal Instance? Instance { get; set; }

    internal static FuncType TypeOf(string name) => Types.Single(function => function.Name == name).Type;

    internal string Log() => Convert.ToHexStringLower(_log.GetCurrentHash());

    /// <summary>The typed ones take the engine's fast path, the others its general one.</summary>
    internal HostFunction Named(string name) => name switch
    {
        "mix" => HostFunction.Of<int, long, long>((_, a, b) => Mix(a, b)),
        "scale" => HostFunction.Of<double, float, double>(static (_, x, y) => (x * 0.5) + y),
        "halve" => HostFunction.Of<float, float>(static (_, x) => (float)(x * 0.5)),
        "callback" => HostFunction.Of<int, int>((_, a) => CallBack(a)),
        "refuse" => HostFunction.Of<int>(static (_, a) => Refuse(a)),
        _ => HostFunction.Of(TypeOf(name), General(name)),
    };

    public void Dispose() => _log.Dispose();

    private HostCallback General(string name) => name switch
    {
        "pair" => (_, arguments, results) => Pair(arguments[0].AsI32, results),
        "same" => static (_, arguments, results) => results[0] = arguments[0],
        "note" => (_, arguments, _) => Note(
            $"note {I32At(arguments, 0)} {I64At(arguments, 1)} {I32At(arguments, 2)} {I64At(arguments, 3)} {I32At(arguments, 4)}"),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private static string I32At(ReadOnlySpan<Value> arguments, int index) => Bits.Of((uint)arguments[index].AsI32);

    private static string I64At(ReadOnlySpan<Value> arguments, int index) => Bits.Of((ulong)arguments[index].AsI64);

    private long Mix(int a, long b)
    {
        Note($"mix {Bits.Of((uint)a)} {Bits.Of((ulong)b)}");
        return unchecked((b * 6364136223846793005) + a);
    }

    private void Pair(int a, Span<Value> results)
    {
        Note($"pair {Bits.Of((uint)a)}");
        results[0] = Value.I32(a ^ 0x5BD1E995);
        results[1] = Value.I64(unchecked(a * (long)0x9E37_79B9_7F4A_7C15));
    }

    private int CallBack(int a)
    {
        Note($"callback {Bits.Of((uint)a)}");
        return Instance is null ? a : Instance.Func("callback").Call(Value.I32(a))[0].AsI32;
    }

    private static void Refuse(int a)
    {
        if ((a & 0x3FF) == 0x5A)
        {
            throw new HostRefusalException();
        }
    }

    private void Note(string line) => _log.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
}
