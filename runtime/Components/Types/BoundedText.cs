using System.Text;

namespace Tapedeck.Components.Types;

/// <summary>A text that stops growing: what does not fit becomes an ellipsis.</summary>
internal sealed class BoundedText(int mostCharacters)
{
    private readonly StringBuilder _text = new();

    internal bool IsFull { get; private set; }

    internal void Append(string part)
    {
        if (IsFull)
        {
            return;
        }
        if (_text.Length + part.Length > mostCharacters)
        {
            IsFull = true;
            _text.Append(part.AsSpan(0, mostCharacters - _text.Length)).Append("...");
            return;
        }
        _text.Append(part);
    }

    public override string ToString() => _text.ToString();
}
