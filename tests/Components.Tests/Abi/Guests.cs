using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using Tapedeck.Components.Validation;
using Tapedeck.Components.Values;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components.Tests.Abi;

/// <summary>Makes components whose functions pass values on, through a memory of their own.</summary>
internal static class Guests
{
    /// <summary>A core module with a memory <c>mem</c>, and a <c>realloc</c> that never gives anything back.</summary>
    internal static readonly byte[] Allocator =
    [
        .. EmptyModule,
        .. Section(1, "01  60 04 7F7F7F7F 01 7F"),
        .. Section(3, "01 00"),
        .. Section(5, "01 00 01"),
        .. Section(6, "01  7F 01 41 08 0B"),
        .. Section(7, "02  'mem' 02 00  'realloc' 00 00"),
        .. Section(10,
        [
            1, .. Body(
                "01 01 7F"
                // p = align(top); top = p + n
                + "23 00 20 02 6A 41 01 6B 41 00 20 02 6B 71 22 04 20 03 6A 24 00"
                // grow the memory to top
                + "02 40 23 00 3F 00 41 10 74 4D 0D 00  23 00 3F 00 41 10 74 6B 41 FF FF 03 6A 41 10 76 40 00 41 7F 46 04 40 00 0B 0B"
                // copy what was there
                + "20 04 20 00 20 01 20 03 20 01 20 03 49 1B FC 0A 00 00  20 04 0B"),
        ]),
    ];

    /// <summary>As <see cref="Allocator"/>, but <c>realloc</c> always returns the same.</summary>
    internal static byte[] AllocatorReturning(int pointer) => AllocatorRunning($"00{Code.I32(pointer)}0B");

    /// <summary>As <see cref="Allocator"/>, with another <c>realloc</c>.</summary>
    internal static byte[] AllocatorRunning(string body) =>
    [
        .. EmptyModule,
        .. Section(1, "01  60 04 7F7F7F7F 01 7F"),
        .. Section(3, "01 00"),
        .. Section(5, "01 00 01"),
        .. Section(7, "02  'mem' 02 00  'realloc' 00 00"),
        .. Section(10, [1, .. Body(body)]),
    ];

    /// <summary>A component that imports <c>echo</c> and exports <c>run</c>, of the same type, which calls it.</summary>
    /// <param name="caller">What <c>run</c> does instead: locals and instructions, in hex; <c>echo</c> is function 0, <c>realloc</c> 1.</param>
    internal static byte[] PassingOn(FuncType type, StringEncoding encoding = StringEncoding.Utf8, string? caller = null)
    {
        var types = new TypeBytes();
        var func = (uint)types.Func(type);
        byte[] options = [3, (byte)encoding, 3, 0, 4, 0];
        return Of(
            Section(SectionId.CoreModule, Allocator),
            Section(SectionId.CoreModule, Caller(type, caller)),
            Section(SectionId.CoreInstance, "01  00 00 00"),
            Section(SectionId.Alias, "02  00 00 01 00 'realloc'  00 02 01 00 'mem'"),
            types.Take(),
            Section(SectionId.Import, [1, 0, .. TypeBytes.Label("echo"), 1, .. U32(func)]),
            Section(SectionId.Canon, [1, 1, 0, 0, .. options]),
            Section(SectionId.CoreInstance, "02  01 02 'f' 00 01 'realloc' 00 00  00 01 01 'h' 12 01"),
            Section(SectionId.Alias, "01  00 00 01 02 'run'"),
            Section(SectionId.Canon, [1, 0, 0, 2, .. options, .. U32(func)]),
            Section(SectionId.Export, "01  00 'run' 01 01 00"));
    }

    /// <summary>A component that exports <c>run</c> of that type, which runs the given code in a module that imports <c>realloc</c> (0) and <c>mem</c>.</summary>
    /// <param name="body">Locals and instructions, in hex.</param>
    internal static byte[] Running(FuncType type, string body, StringEncoding encoding = StringEncoding.Utf8, byte[]? allocator = null)
    {
        var types = new TypeBytes();
        var func = (uint)types.Func(type);
        byte[] module =
        [
            .. EmptyModule,
            .. Section(1, [2, .. Hex("60 04 7F7F7F7F 01 7F"), .. CoreType(CoreSignature.Flatten(type, lift: true))]),
            .. Section(2, "02  'h' 'realloc' 00 00  'h' 'mem' 02 00 01"),
            .. Section(3, "01 01"),
            .. Section(7, "01  'run' 00 01"),
            .. Section(10, [1, .. Body(body)]),
        ];
        return Of(
            Section(SectionId.CoreModule, allocator ?? Allocator),
            Section(SectionId.CoreModule, module),
            Section(SectionId.CoreInstance, "02  00 00 00  00 01 01 'h' 12 00"),
            Section(SectionId.Alias, "03  00 00 01 00 'realloc'  00 02 01 00 'mem'  00 00 01 01 'run'"),
            types.Take(),
            Section(SectionId.Canon, [1, 0, 0, 1, 3, (byte)encoding, 3, 0, 4, 0, .. U32(func)]),
            Section(SectionId.Export, "01  00 'run' 01 00 00"));
    }

    /// <summary>Calls <c>run</c> of a new instance.</summary>
    internal static WitValue? Run(byte[] component, Linker linker, params WitValue[] arguments) => Run(component, linker, new CallOptions(), arguments);

    internal static WitValue? Run(byte[] component, Linker linker, CallOptions options, params WitValue[] arguments)
    {
        using var compiled = Loading.Compile(component);
        var template = compiled.Prepare(linker);
        using var call = new Call(Loading.Engine, options);
        return Loading.Engine.Run(() => template.New(call).TryFunc("run", out var run) ? run.Invoke(arguments) : throw new KeyNotFoundException());
    }

    /// <summary>Gives its argument back.</summary>
    internal static HostFunction Echo(FuncType type) => HostFunction.Of("echo", type, static (_, values) => ValueTask.FromResult<WitValue?>(values.Length == 0 ? null : values[0]));

    internal static FuncType EchoType(WitType type) => new([new("v", type)], type);

    internal static byte[] CoreType(Wasm.FuncType type) =>
    [
        0x60, .. U32((uint)type.Parameters.Count), .. type.Parameters.Select(parameter => (byte)parameter), .. U32((uint)type.Results.Count), .. type.Results.Select(result => (byte)result),
    ];

    /// <summary>A function body with its length.</summary>
    internal static byte[] Body(string hex) => Hex(hex) is var code ? [.. U32((uint)code.Length), .. code] : [];

    private static byte[] Caller(FuncType type, string? instead)
    {
        var lifted = CoreSignature.Flatten(type, lift: true);
        var lowered = CoreSignature.Flatten(type, lift: false);
        var parameters = lifted.Parameters.Count;
        var arguments = string.Concat(Enumerable.Range(0, parameters).Select(i => $"20 {i:X2}"));
        var isSpilled = lowered.Parameters.Count > parameters;
        // A result that does not fit is written where realloc says, by the host, and its address is returned.
        var body = instead is not null ? instead : isSpilled
            ? $"01 01 7F 41 00 41 00 41 08 41 80 80 10 10 01 22 {parameters:X2} 1A {arguments} 20 {parameters:X2} 10 00 20 {parameters:X2} 0B"
            : $"00 {arguments} 10 00 0B";
        return
        [
            .. EmptyModule,
            .. Section(1, [3, .. CoreType(lowered), .. Hex("60 04 7F7F7F7F 01 7F"), .. CoreType(lifted)]),
            .. Section(2, "02  'h' 'f' 00 00  'h' 'realloc' 00 01"),
            .. Section(3, "01 02"),
            .. Section(7, "01  'run' 00 02"),
            .. Section(10, [1, .. Body(body)]),
        ];
    }
}
