"""The factorisation of a 2×2 matrix as code: the one model that is no network."""

from __future__ import annotations

from optexplorer.export.code.network_numpy import NumpyModel

_FORWARD = '''def forward(theta, inputs):
    """Return the entries of W Wᵀ at rows and columns, as one column."""
    W = theta.reshape(SHAPES["W"])
    rows, columns = inputs.astype(int).T
    return (W @ W.T)[rows, columns][:, np.newaxis]'''
_LOSS = '''def loss(theta, inputs, targets):
    """Return the mean squared error."""
    return ((forward(theta, inputs) - targets)**2).mean()'''
_GRADIENT = '''def gradient(theta, inputs, targets):
    """Return the gradient: with S the derivative of the loss by each entry of W Wᵀ, it is (S + Sᵀ) W."""
    W, S = theta.reshape(SHAPES["W"]), np.zeros(SHAPES["W"])
    rows, columns = inputs.astype(int).T
    errors = forward(theta, inputs) - targets
    np.add.at(S, (rows, columns), 2*errors[:, 0]/len(errors))
    return ((S + S.T) @ W).ravel()'''

FACTORISATION_NUMPY = NumpyModel([_FORWARD, _LOSS, _GRADIENT], {"W": (2, 2)})

FACTORISATION_TORCH = '''class Product(nn.Module):
    """The entries of W Wᵀ at given rows and columns."""

    def __init__(self):
        super().__init__()
        self.W = nn.Parameter(torch.zeros(2, 2))

    def forward(self, inputs):
        rows, columns = inputs.long().T
        return (self.W @ self.W.T)[rows, columns].unsqueeze(1)'''
