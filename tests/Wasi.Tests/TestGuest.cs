using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Policy;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Filesystem.Host;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Wasi.Tests;

/// <summary>A call whose guest is the test: it calls the host's functions by their names, with WIT values, as a component would.</summary>
internal sealed class TestGuest : IDisposable
{
    private static readonly Engine Engine = new();

    private readonly CancellationTokenSource _cancellation = new();
    private readonly Call _call;

    internal TestGuest(string? policy, WasiOptions? options = null)
    {
        Gate = Policies.Gate(policy);
        State = new WasiState(Gate, options);
        _call = new Call(Engine, new CallOptions { State = State, Cancellation = _cancellation.Token });
    }

    /// <summary>One with a folder at /data.</summary>
    internal TestGuest(string? policy, TemporaryFolder folder, Resolution resolution = default)
        : this(policy, new WasiOptions { Preopens = [new HostPreopen("/data", folder.Root)], Resolution = resolution })
    {
    }

    internal Gate Gate { get; }

    internal WasiState State { get; }

    internal static Components.HostFunction Function(string @interface, string name) =>
        WasiImports.All.First(offered => NameOf(offered) == @interface).Host.Functions[name];

    internal static string NameOf(WasiInterface offered) => offered.Name.Split('@')[0];

    /// <summary>Ends the call, as a deadline or its caller would.</summary>
    internal void Cancel() => _cancellation.Cancel();

    /// <summary>Calls a function; arguments are WIT values, or .NET values of the same shape.</summary>
    internal WitValue? Call(string @interface, string name, params object[] arguments)
    {
        var function = Function(@interface, name);
        var values = function.Type.Parameters.Zip(arguments, static (parameter, argument) => ValueOf(parameter.Type, argument)).ToArray();
        return function.Invoke(_call, values);
    }

    /// <summary>The ok of a call; the test fails on an error.</summary>
    internal WitValue Ok(string @interface, string name, params object[] arguments)
    {
        var result = Call(@interface, name, arguments)!.Value;
        Assert.True(result.CaseName == "ok", $"{name}: {result}");
        return result.CaseValue ?? result;
    }

    /// <summary>The name of the error of a call, or "ok". A handle that it gave is dropped, or a test that opens in a loop runs out of descriptors.</summary>
    internal string Outcome(string @interface, string name, params object[] arguments)
    {
        var result = Call(@interface, name, arguments)!.Value;
        if (result.CaseName == "ok" && result.CaseValue is { } value && value.Type.Kind == WitKind.Own)
        {
            (value.AsHandle() as IDisposable)?.Dispose();
        }
        return result.CaseName == "ok" ? "ok" : result.CaseValue is { } error ? error.CaseName : "error";
    }

    /// <summary>The object of an own handle that a call gave.</summary>
    internal T Own<T>(string @interface, string name, params object[] arguments) => (T)Ok(@interface, name, arguments).AsHandle();

    /// <summary>Drops a handle, as <c>resource.drop</c> does.</summary>
    internal void Drop(string @interface, string resource, object handle) =>
        WasiImports.All.First(offered => NameOf(offered) == @interface).Host.Resources[resource].Drop(_call, handle);

    public void Dispose()
    {
        _call.Dispose();
        State.Dispose();
        _cancellation.Dispose();
    }

    private static WitValue ValueOf(WitType type, object argument) => argument switch
    {
        WitValue value => value,
        string text when type.Kind == WitKind.String => WitValue.String(text),
        bool value => WitValue.Bool(value),
        byte[] bytes => WitValue.Bytes(bytes),
        int number => Number(type, number),
        None when type is OptionType option => WitValue.None(option),
        string label when type is EnumType labels => WitValue.Enum(labels, labels.IndexOf(label)),
        string labels when type is FlagsType flags => WitValue.Flags(flags, labels.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(0u, (bits, label) => bits | (1u << flags.IndexOf(label)))),
        _ when type is OptionType option => WitValue.Some(option, ValueOf(option.Element, argument)),
        string name when type is VariantType variant => WitValue.Case(variant, variant.IndexOf(name)),
        _ => WitValue.Handle(type, argument),
    };

    private static WitValue Number(WitType type, int number) => type.Kind switch
    {
        WitKind.U8 => WitValue.U8((byte)number),
        WitKind.U16 => WitValue.U16((ushort)number),
        WitKind.U32 => WitValue.U32((uint)number),
        WitKind.U64 => WitValue.U64((ulong)number),
        WitKind.Option => WitValue.Some((OptionType)type, Number(((OptionType)type).Element, number)),
        _ => WitValue.S32(number),
    };
}
