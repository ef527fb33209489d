using System.Text;
using Tapedeck.Components.Tests.Abi;
using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;

namespace Tapedeck.Components.Tests.Linking;

/// <summary>A host with a resource <c>r</c>, and guests that import it.</summary>
internal sealed class Things
{
    internal const string Interface = "test:host/things@0.2.9";

    private readonly List<object> _dropped = [];
    private readonly List<Thing> _taken = [];
    private readonly HostResource _resource;

    internal Things()
    {
        _resource = new HostResource("r", (_, thing) => _dropped.Add(thing));
        New = HostFunction.Of("[constructor]r", new FuncType([], _resource.Own), _ => new Thing(++Made));
        Get = HostFunction.Of("[method]r.get", new FuncType([new("self", _resource.Borrow)], WitType.U32), static (Call _, Thing self) => (uint)self.Number);
        Take = HostFunction.Of("[static]r.take", new FuncType([new("r", _resource.Own), new("c", WitType.Char)], null), (Call _, Thing r, Rune _) => _taken.Add(r));
    }

    internal int Made { get; private set; }

    internal IEnumerable<int> Dropped => _dropped.Cast<Thing>().Select(thing => thing.Number);

    internal IEnumerable<int> Taken => _taken.Select(thing => thing.Number);

    internal HostFunction New { get; }
    internal HostFunction Get { get; }
    internal HostFunction Take { get; }

    internal Linker Linker(string name = Interface) => new Linker().Add(new HostInterface(name).Resource(_resource).Func(New).Func(Get).Func(Take));

    /// <summary>A guest whose <c>run: func(x: u32) -> u32</c> runs that code; <c>new</c> is function 0, <c>get</c> 1, <c>resource.drop</c> 2, <c>take</c> 3.</summary>
    internal static byte[] Guest(string body, string import = "test:host/things@0.2.1") => Of(
        TypeSection("01  42 09  04 00 'r' 03 01  01 69 00  01 40 00 00 01  04 00 '[constructor]r' 01 02  01 68 00  01 40 01 'self' 03 00 79  04 00 '[method]r.get' 01 04  01 40 02 'r' 01 'c' 74 01 00  04 00 '[static]r.take' 01 05"),
        Section(SectionId.Import, $"01  00 '{import}' 05 00"),
        Section(SectionId.Alias, "04  03 00 00 'r'  01 00 00 '[constructor]r'  01 00 00 '[method]r.get'  01 00 00 '[static]r.take'"),
        Section(SectionId.Canon, "04  01 00 00 00  01 00 01 00  03 01  01 00 02 00"),
        Section(SectionId.CoreModule,
        [
            .. EmptyModule,
            .. Section(1, "04  60 00 01 7F  60 01 7F 01 7F  60 01 7F 00  60 02 7F7F 00"),
            .. Section(2, "04  'h' 'new' 00 00  'h' 'get' 00 01  'h' 'drop' 00 02  'h' 'take' 00 03"),
            .. Section(3, "01 01"),
            .. Section(7, "01  'run' 00 04"),
            .. Section(10, [1, .. Guests.Body(body)]),
        ]),
        Section(SectionId.CoreInstance, "02  01 04 'new' 00 00 'get' 00 01 'drop' 00 02 'take' 00 03  00 00 01 'h' 12 00"),
        Section(SectionId.Alias, "01  00 00 01 01 'run'"),
        TypeSection("01  40 01 'x' 79 00 79"),
        Section(SectionId.Canon, "01  00 00 04 00 02"),
        Section(SectionId.Export, "01  00 'run' 01 03 00"));

    private sealed record Thing(int Number);
}
