using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Filesystem;

/// <summary><see href="https://github.com/WebAssembly/wasi-filesystem/blob/main/wit/preopens.wit"><c>wasi:filesystem/preopens</c></see>.</summary>
internal static class Preopens
{
    private static readonly WitScope Names = new WitScope()
        .Resource("descriptor", Types.Resource)
        .Define("type directory = tuple<descriptor, string> type directories = list<directory>");

    internal static WasiInterface Make() => new WasiInterface("wasi:filesystem/preopens@0.2.12", Names)
        .Func("get-directories", "func() -> list<tuple<descriptor, string>>", static call => WitValue.List(Names["directories"], [.. call.State<WasiState>().Preopens.Select(Directory)]));

    private static WitValue Directory(Descriptor preopen) => WitValue.Tuple((TupleType)Names["directory"],
        WitValue.Handle(Types.Resource.Own, preopen.Share()), WitValue.String(preopen.ShownAs));
}
