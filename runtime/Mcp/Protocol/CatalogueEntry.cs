namespace Tapedeck.Mcp.Protocol;

/// <summary>A tool with what is computed once from its declaration.</summary>
internal sealed class CatalogueEntry
{
    internal CatalogueEntry(ITool tool)
    {
        Tool = tool;
        Encoded = ToolEncoder.Encode(tool.Declaration);
        ParameterHeaders = ParameterHeader.ReadAll(tool.Declaration);
    }

    internal ITool Tool { get; }
    internal string Name => Tool.Declaration.Name;

    /// <summary>The tool as <c>tools/list</c> shows it.</summary>
    internal byte[] Encoded { get; }

    /// <summary>The parameters that clients repeat in HTTP headers.</summary>
    internal ParameterHeader[] ParameterHeaders { get; }
}
