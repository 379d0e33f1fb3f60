using System.Text;

namespace Backsoon.Billing;

/// <summary>A body as Stripe reads it: names with raw brackets, values percent-encoded, booleans as words.</summary>
internal sealed class StripeForm
{
    private readonly StringBuilder _text = new();

    public StripeForm Add(string name, string? value)
    {
        if (value is not null)
            _text.Append(_text.Length > 0 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public StripeForm Add(string name, bool value) => Add(name, value ? "true" : "false");

    public StripeForm Add(string name, int? value) => Add(name, value?.ToString());

    public override string ToString() => _text.ToString();
}
