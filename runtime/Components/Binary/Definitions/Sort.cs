namespace Tapedeck.Components.Binary.Definitions;

/// <summary>An index space.</summary>
internal enum Sort : byte
{
    CoreFunc,
    CoreTable,
    CoreMemory,
    CoreGlobal,
    CoreTag,
    CoreType,
    CoreModule,
    CoreInstance,
    Func,
    Value,
    Type,
    Component,
    Instance,
}

/// <summary>An index in its space, with the offset at which it stands.</summary>
internal readonly record struct SortIndex(Sort Sort, uint Index, int Offset);
