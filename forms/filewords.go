package forms

import "github.com/sealform/sealform/internal/words"

// fileRows are the words about files. Those that say why a file was refused
// are the sentences of whoever looks into it.
var fileRows = []words.Row{
	{"Choose a file for %s", "Elija un archivo para %s", "Choisissez un fichier pour %s"},
	{"Add at least %d file for %s¦Add at least %d files for %s", "Añada al menos %d archivo para %s¦Añada al menos %d archivos para %s", "Ajoutez au moins %d fichier pour %s¦Ajoutez au moins %d fichiers pour %s"},
	{"Remove %d file for %s: there is room for %d¦Remove %d files for %s: there is room for %d", "Quite %d archivo de %s: hay sitio para %d¦Quite %d archivos de %s: hay sitio para %d", "Retirez %d fichier pour %s : il y a de la place pour %d¦Retirez %d fichiers pour %s : il y a de la place pour %d"},
	{"There is room for %d file here. Remove one to send another.¦There is room for %d files here. Remove one to send another.", "Aquí hay sitio para %d archivo. Quite uno para enviar otro.¦Aquí hay sitio para %d archivos. Quite uno para enviar otro.", "Il y a de la place pour %d fichier ici. Retirez-en un pour en envoyer un autre.¦Il y a de la place pour %d fichiers ici. Retirez-en un pour en envoyer un autre."},
	{"A form can hold %d files. Remove one to send another, or give the rest to the practice another way.", "Un formulario admite %d archivos. Quite uno para enviar otro, o entregue el resto al consultorio de otra manera.", "Un formulaire peut contenir %d fichiers. Retirez-en un pour en envoyer un autre, ou remettez le reste au cabinet autrement."},
	{"All files of this form together can have %d MB. Remove one, or send a smaller one.", "Todos los archivos de este formulario juntos pueden ocupar %d MB. Quite uno o envíe uno más pequeño.", "Tous les fichiers de ce formulaire réunis peuvent faire %d Mo. Retirez-en un ou envoyez-en un plus petit."},
	{"There is no longer a question for this file. Choose it again.", "Ya no hay ninguna pregunta para este archivo. Elíjalo de nuevo.", "Il n’y a plus de question pour ce fichier. Choisissez-le de nouveau."},
	{"Photo or PDF, up to %s.", "Foto o PDF, de %s como máximo.", "Photo ou PDF, %s au plus."},
	{"Photo, up to %s.", "Foto, de %s como máximo.", "Photo, %s au plus."},
	{"PDF, up to %s.", "PDF, de %s como máximo.", "PDF, %s au plus."},
	{"No more than %d file.¦No more than %d files.", "No más de %d archivo.¦No más de %d archivos.", "Pas plus de %d fichier.¦Pas plus de %d fichiers."},
	{"A file can have %s here. Choose a smaller one, or take a photo of it.", "Un archivo puede ocupar aquí %s. Elija uno más pequeño o hágale una foto.", "Un fichier peut faire %s ici. Choisissez-en un plus petit ou prenez-le en photo."},
	{"A file can have %s here. Save it with fewer pages or a lower resolution.", "Un archivo puede ocupar aquí %s. Guárdelo con menos páginas o menos resolución.", "Un fichier peut faire %s ici. Enregistrez-le avec moins de pages ou une résolution plus basse."},

	{"That kind of file cannot be used here. Choose a photo (JPEG, PNG or WebP) or a PDF.", "Ese tipo de archivo no se puede usar aquí. Elija una foto (JPEG, PNG o WebP) o un PDF.", "Ce type de fichier ne peut pas être utilisé ici. Choisissez une photo (JPEG, PNG ou WebP) ou un PDF."},
	{"That kind of file cannot be used here. Choose a photo (JPEG, PNG or WebP).", "Ese tipo de archivo no se puede usar aquí. Elija una foto (JPEG, PNG o WebP).", "Ce type de fichier ne peut pas être utilisé ici. Choisissez une photo (JPEG, PNG ou WebP)."},
	{"That kind of file cannot be used here. Choose a PDF.", "Ese tipo de archivo no se puede usar aquí. Elija un PDF.", "Ce type de fichier ne peut pas être utilisé ici. Choisissez un PDF."},
	{"That PDF is damaged or locked with a password. Save it again without a password, or send a photo of it.", "Ese PDF está dañado o protegido con contraseña. Guárdelo de nuevo sin contraseña o envíe una foto.", "Ce PDF est endommagé ou protégé par un mot de passe. Enregistrez-le de nouveau sans mot de passe ou envoyez-en une photo."},
	{"That photo is damaged and cannot be opened. Take it again, or choose another file.", "Esa foto está dañada y no se puede abrir. Hágala de nuevo o elija otro archivo.", "Cette photo est endommagée et ne peut pas être ouverte. Reprenez-la ou choisissez un autre fichier."},
	{"That photo has too many pixels. Take it again with an ordinary setting of the camera, or make it smaller.", "Esa foto tiene demasiados píxeles. Hágala de nuevo con un ajuste normal de la cámara o hágala más pequeña.", "Cette photo a trop de pixels. Reprenez-la avec un réglage ordinaire de l’appareil ou réduisez-la."},
	{"Photos in HEIC cannot be used here. Send the photo as a JPEG.", "Aquí no se pueden usar fotos en HEIC. Envíe la foto como JPEG.", "Les photos au format HEIC ne peuvent pas être utilisées ici. Envoyez la photo en JPEG."},
	{"Many files are being sent just now. Wait a minute, then send yours again.", "En este momento se envían muchos archivos. Espere un minuto y envíe el suyo de nuevo.", "Beaucoup de fichiers sont envoyés en ce moment. Attendez une minute, puis renvoyez le vôtre."},
}
