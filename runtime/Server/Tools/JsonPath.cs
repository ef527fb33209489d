using System.Text;

namespace Tapedeck.Server.Tools;

/// <summary>Where in a JSON text a reader is.</summary>
internal sealed class JsonPath
{
    private readonly Stack<(string? Name, int Index)> _steps = [];

    internal void Enter(string name) => _steps.Push((name, 0));

    internal void Enter(int index) => _steps.Push((null, index));

    internal void Leave() => _steps.Pop();

    /// <summary>As <c>$.options.sizes[2]</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("$");
        foreach (var (name, index) in _steps.Reverse())
        {
            _ = name is null ? text.Append('[').Append(index).Append(']') : text.Append('.').Append(name);
        }
        return text.ToString();
    }
}
